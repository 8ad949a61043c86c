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
>;

/** Where the data plane writes what happened. No call waits for I/O; each record reaches PostgreSQL once. */
export abstract class Ledger {
  /** Before the first attempt. Ask `accepting` first: a begun request has a place for its end. */
  abstract begin(entry: BeginEntry): void;

  /** Once a request, also for one that was refused and never begun. */
  abstract end(record: UsageRecord): void;

  /** Resolves when everything that ended before is in PostgreSQL; rejects when that takes longer than shutdown may. */
  abstract flush(): Promise<void>;

  /** Ended, not yet in PostgreSQL. */
  abstract readonly backlog: number;

  /** False when there is no place for another record: work that costs money must be refused. */
  abstract readonly accepting: boolean;
}
