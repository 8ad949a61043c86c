import { Injectable } from '@nestjs/common';
import type { ConfigurationFile } from '../config/configuration-file.js';
import type { AppliedSection, FileSection } from '../config/file-section.js';
import { PriceBook } from '../stats/prices/price-book.js';

/** The operator's own prices. They are in no table: each instance goes by its file. */
@Injectable()
export class FilePrices implements FileSection {
  readonly section = 'prices';

  constructor(private readonly prices: PriceBook) {}

  apply({ prices }: ConfigurationFile): Promise<AppliedSection> {
    const takeEffect = this.prices.prepareOverrides(prices);
    return Promise.resolve({ changes: [], takeEffect });
  }
}
