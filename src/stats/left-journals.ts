import { setTimeout as sleep } from 'node:timers/promises';
import { topic } from '../common/channel.js';
import type { Logger } from '../common/logger.js';
import type { JournalLedger } from './journal-ledger.js';

/** To a worker: another one has ended for good and has left its journal. Answered when it is in the database. */
export const TAKE_OVER = topic<{ worker: number }>('journal');

const PAUSE_MS = 1_000;

/** Brings the journals of workers that are gone to the database, where no new worker takes them over at its start. */
export class LeftJournals {
  /** @param open the ledger of that worker */
  constructor(
    private readonly open: (worker: number) => JournalLedger,
    private readonly logger: Logger,
  ) {}

  /** Resolves when nothing is left, however long the database is away. */
  async takeOver(worker: number): Promise<void> {
    this.logger.log(`worker ${worker} has left usage records, bringing them in`, 'Stats');
    const ledger = this.open(worker);
    while (!(await isFlushed(ledger))) await sleep(PAUSE_MS, undefined, { ref: false });
    await ledger.onApplicationShutdown();
  }
}

function isFlushed(ledger: JournalLedger): Promise<boolean> {
  return ledger.flush().then(
    () => true,
    () => false,
  );
}
