import { findAdapter } from '../../providers/adapters/index.js';
import type { UsageRecord } from '../usage-record.js';
import type { PriceBook } from './price-book.js';

/** The record with what it cost, as far as a price is known for what it used. */
export function priced(record: UsageRecord, prices: PriceBook): UsageRecord {
  const { provider, model, usage, usageSource, startedAt } = record;
  if (provider === null || model === null || usageSource === 'none') return record;
  const price = prices.price({
    provider,
    priceProvider: findAdapter(provider)?.priceProvider ?? null,
    model,
    usage,
    atMs: startedAt,
  });
  if (!price) return record;
  return { ...record, costNanoUsd: price.costNanoUsd, priceSource: price.source };
}
