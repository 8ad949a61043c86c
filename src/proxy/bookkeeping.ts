import { Injectable } from '@nestjs/common';
import { Logger } from '../common/logger.js';
import { Captures } from '../stats/captures/captures.js';
import { Ledger } from '../stats/ledger.js';
import { PriceBook } from '../stats/prices/price-book.js';
import { ProxyMetrics } from './proxy-metrics.js';

/** Where finished calls go. */
@Injectable()
export class Bookkeeping {
  constructor(
    readonly ledger: Ledger,
    readonly prices: PriceBook,
    readonly captures: Captures,
    readonly metrics: ProxyMetrics,
    readonly logger: Logger,
  ) {}
}
