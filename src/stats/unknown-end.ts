import { NO_USAGE } from '../protocols/token-usage.js';
import type { BeginEntry } from './ledger.js';
import type { UsageRecord } from './usage-record.js';

/**
 * The record of a request whose end nobody saw. It may have cost money, so it is kept and shows up as `unknown`.
 * @param nowMs wall clock, from which the latency is a guess
 */
export function unknownEnd(entry: BeginEntry, nowMs: number): UsageRecord {
  return {
    ...entry,
    model: null,
    provider: null,
    accountId: null,
    accountName: null,
    status: 0,
    endReason: 'unknown',
    errorCode: null,
    usage: { ...NO_USAGE },
    usageSource: 'none',
    costNanoUsd: null,
    priceSource: null,
    latencyMs: Math.max(0, nowMs - entry.startedAt),
    timeToFirstTokenMs: null,
    overheadMs: null,
    attempts: [],
    decision: null,
    upstreamRequestId: null,
  };
}
