import type { UsageRecord } from './usage-record.js';

/** What is known when a request is admitted: enough to account for it if its end is never seen. */
export type BeginEntry = Pick<
  UsageRecord,
  | 'id'
  | 'startedAt'
  | 'keyId'
  | 'keyName'
  | 'userId'
  | 'operation'
  | 'clientProtocol'
  | 'requestedModel'
  | 'stream'
  | 'tags'
  | 'session'
> & {
  /** Who is likely to be asked first; null when the gateway answers by itself. */
  readonly upstream: LikelyUpstream | null;
  /** Of the prompt, roughly. */
  readonly estimatedInputTokens: number;
};

export interface LikelyUpstream {
  readonly provider: string;
  /** The upstream's name. */
  readonly model: string;
  readonly accountId: string;
  readonly accountName: string;
}

/** Where the data plane writes what happened. No call waits for I/O; each record reaches PostgreSQL once. */
export abstract class Ledger {
  /** Before the first attempt. Throws UnavailableError when it cannot be kept: then nothing may be asked of anybody. */
  abstract begin(entry: BeginEntry): void;

  /** Once a request, before its answer ends; also for one that was refused and never begun. Never throws. */
  abstract end(record: UsageRecord): void;

  /** Resolves when everything that ended before is in PostgreSQL; rejects when that takes longer than shutdown may. */
  abstract flush(): Promise<void>;

  /** Ended, not yet in PostgreSQL. */
  abstract readonly backlog: number;

  /** False when there is no place for another record: work that costs money must be refused. */
  abstract readonly accepting: boolean;

  /** Bytes on the disk that wait for PostgreSQL or for the end of their request. */
  abstract readonly storedBytes: number;

  /** The part of the space it may take that is taken, 1 being all. */
  abstract readonly storedShare: number;
}
