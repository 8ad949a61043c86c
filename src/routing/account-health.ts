import type { Clock } from '../common/clock.js';
import { policyOf, type Outcome } from '../providers/outcome.js';
import type { Candidate } from './candidate.js';

interface Rest {
  consecutiveFailures: number;
  /** Monotonic; 0: not cooling down. */
  until: number;
  reason: string;
}

export interface HealthOptions {
  /** After this many failures in a row a model on an account rests. */
  failuresToRest: number;
  restMs: number;
}

export interface RestingPart {
  readonly accountId: string;
  readonly model: string | null;
  readonly reason: string;
  readonly remainingMs: number;
}

/** Names of models come from clients: only so many are remembered. */
const MAX_RECORDS = 10_000;
/** A provider that says "too many requests" but not until when. */
const RATE_LIMIT_REST_MS = 5_000;
/** Somebody has to pay or to replace a key first; asking now and then notices that they have. */
const ACCOUNT_REST_MS = { quota_exhausted: 900_000, credential_rejected: 60_000 } as const;

/** Learns from the calls themselves which accounts to leave alone for a while. */
export class AccountHealth {
  private readonly records = new Map<string, Rest>();

  constructor(
    private readonly clock: Clock,
    private readonly options: HealthOptions,
  ) {}

  /** Milliseconds until the candidate may be asked again; 0: now. */
  restOf({ account, model }: Candidate): number {
    const now = this.clock.monotonic();
    return Math.max(this.remaining(account.id, now), this.remaining(keyOf(account.id, model), now));
  }

  /** Why it rests; null when it does not. */
  reasonFor({ account, model }: Candidate): string | null {
    const now = this.clock.monotonic();
    for (const key of [account.id, keyOf(account.id, model)]) {
      if (this.remaining(key, now) > 0) return this.records.get(key)!.reason;
    }
    return null;
  }

  record({ account, model }: Candidate, outcome: Outcome): void {
    const { kind, retryAfterMs } = outcome;
    if (kind === 'success') {
      this.records.delete(keyOf(account.id, model));
      this.records.delete(account.id);
    } else if (kind === 'quota_exhausted' || kind === 'credential_rejected') {
      this.rest(account.id, retryAfterMs ?? ACCOUNT_REST_MS[kind], kind);
    } else if (kind === 'rate_limited') {
      this.rest(keyOf(account.id, model), retryAfterMs ?? RATE_LIMIT_REST_MS, kind);
    } else if (policyOf(kind).countsAsFailure) {
      this.fail(keyOf(account.id, model), kind);
    }
  }

  /** Everything that rests now; `model` null: the whole account. */
  resting(): RestingPart[] {
    const now = this.clock.monotonic();
    return [...this.records].flatMap(([key, { reason }]) => {
      const remainingMs = this.remaining(key, now);
      if (remainingMs === 0) return [];
      const [accountId, ...model] = key.split(' ');
      return [{ accountId: accountId!, model: model.join(' ') || null, reason, remainingMs }];
    });
  }

  /** Forgets accounts that are gone. */
  retain(ids: ReadonlySet<string>): void {
    for (const key of this.records.keys()) {
      if (!ids.has(key.split(' ', 1)[0]!)) this.records.delete(key);
    }
  }

  private fail(key: string, reason: string): void {
    const record = this.records.get(key) ?? { consecutiveFailures: 0, until: 0, reason };
    record.consecutiveFailures++;
    record.reason = reason;
    if (record.consecutiveFailures >= this.options.failuresToRest) {
      record.until = this.clock.monotonic() + this.options.restMs;
    }
    this.keep(key, record);
  }

  private rest(key: string, forMs: number, reason: string): void {
    const until = this.clock.monotonic() + forMs;
    this.keep(key, { consecutiveFailures: 0, until, reason });
  }

  private keep(key: string, record: Rest): void {
    if (this.records.size >= MAX_RECORDS) this.forgetOldest();
    this.records.set(key, record);
  }

  /** What does not rest first; a Map keeps its entries in the order they came. */
  private forgetOldest(): void {
    const now = this.clock.monotonic();
    for (const [key, { until }] of this.records) if (until <= now) this.records.delete(key);
    const [oldest] = this.records.keys();
    if (oldest !== undefined && this.records.size >= MAX_RECORDS) this.records.delete(oldest);
  }

  private remaining(key: string, now: number): number {
    const record = this.records.get(key);
    return record ? Math.max(0, record.until - now) : 0;
  }
}

function keyOf(accountId: string, model: string): string {
  return `${accountId} ${model}`;
}
