import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { CurrentCatalog } from '../../catalog/current-catalog.js';
import { topic } from '../../common/channel.js';
import { Logger } from '../../common/logger.js';
import { Peers } from '../../common/peers.js';
import type { StartupStep } from '../../database/database.service.js';
import type { PriceRow } from '../dto/price.dto.js';
import { PriceBook } from './price-book.js';

/** To the other workers: there are other prices in the database. */
const RELOAD = topic('prices');

/** Brings the prices that people set by the API from the database to the price book, at the start and after each change. */
@Injectable()
export class StoredPrices implements StartupStep, OnModuleInit {
  readonly name = 'load the prices';

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly book: PriceBook,
    private readonly current: CurrentCatalog,
    private readonly peers: Peers,
    private readonly logger: Logger,
  ) {}

  /** A change through another instance is announced as one of the catalog. */
  onModuleInit(): void {
    this.peers.answer(RELOAD, () => this.run());
    this.current.onSwap(() => {
      this.run().catch((error: unknown) => {
        this.logger.error('the prices could not be loaded, those before stay', 'Stats', error);
      });
    });
  }

  async run(): Promise<void> {
    const rows = await this.dataSource.query<Pick<PriceRow, 'model' | 'valid_from' | 'rates'>[]>(
      'SELECT model, valid_from, rates FROM prices',
    );
    this.book.setStored(
      rows.map(({ model, valid_from: validFrom, rates }) => ({
        model,
        validFromMs: validFrom.getTime(),
        sheet: rates,
      })),
    );
  }

  /** Resolves when this instance, with all its workers, charges by what is committed by now. */
  async takeEffect(): Promise<void> {
    await Promise.all([this.run(), this.peers.ask(RELOAD, undefined)]);
  }
}
