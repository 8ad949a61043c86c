import { NO_USAGE } from '../protocols/token-usage.js';
import type { BeginEntry } from './ledger.js';
import type { UsageRecord } from './usage-record.js';

/** Nobody saw the answer; so long is a usual one. */
const UNSEEN_OUTPUT_TOKENS = 256;

/**
 * The record of a request whose end nobody saw. It may have cost money, so it is kept with an estimate and shows up as
 * `unknown`.
 * @param seenAtMs wall clock of the last sign of life, from which the latency is a guess
 */
export function unknownEnd(entry: BeginEntry, seenAtMs: number): UsageRecord {
  const { upstream, estimatedInputTokens, ...facts } = entry;
  const estimate = { inputTokens: estimatedInputTokens, outputTokens: UNSEEN_OUTPUT_TOKENS };
  return {
    ...facts,
    model: upstream?.model ?? null,
    provider: upstream?.provider ?? null,
    accountId: upstream?.accountId ?? null,
    accountName: upstream?.accountName ?? null,
    status: 0,
    endReason: 'unknown',
    errorCode: null,
    usage: upstream ? { ...NO_USAGE, ...estimate } : { ...NO_USAGE },
    usageSource: upstream ? 'estimated' : 'none',
    costNanoUsd: null,
    priceSource: null,
    latencyMs: Math.max(0, seenAtMs - entry.startedAt),
    timeToFirstTokenMs: null,
    overheadMs: null,
    attempts: [],
    decision: null,
    upstreamRequestId: null,
  };
}
