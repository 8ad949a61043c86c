import { jest } from '@jest/globals';
import fc from 'fast-check';
import { usageRecord } from '../../test/support/usage-record.js';
import { SystemClock } from '../common/clock.js';
import { Logger } from '../common/logger.js';
import { BatchLedger, LEDGER_CAPACITY } from './batch-ledger.js';
import type { UsageRecord } from './usage-record.js';
import type { RecordWriter } from './usage-writer.js';

describe('BatchLedger', () => {
  let writer: FakeWriter;
  let ledger: BatchLedger;

  beforeEach(() => {
    jest.useFakeTimers();
    writer = new FakeWriter();
    ledger = new BatchLedger(writer, new SystemClock(), Logger.silent());
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  it('writes nothing on the path of the caller', () => {
    ledger.end(usageRecord());
    expect(writer.batches).toEqual([]);
    expect(ledger.backlog).toBe(1);
  });

  it('writes what came within 200 ms as one batch', async () => {
    end(3);
    await jest.advanceTimersByTimeAsync(199);
    expect(writer.batches).toEqual([]);
    await jest.advanceTimersByTimeAsync(1);
    expect(writer.batches).toEqual([3]);
    expect(ledger.backlog).toBe(0);
  });

  it('does not wait once 500 are there', async () => {
    end(500);
    await jest.advanceTimersByTimeAsync(0);
    expect(writer.batches).toEqual([500]);
  });

  it('never writes more than 500 at once, nor two batches at the same time', async () => {
    writer.delayMs = 10;
    end(1_300);
    await jest.advanceTimersByTimeAsync(15);
    expect(writer.batches).toEqual([500]);
    await jest.advanceTimersByTimeAsync(300);
    expect(writer.batches).toEqual([500, 500, 300]);
    expect(writer.mostAtOnce).toBe(1);
  });

  it('tries again with growing pauses while the database is away', async () => {
    writer.failWith(connectionError());
    end(1);
    await jest.advanceTimersByTimeAsync(20_000);
    const pauses = writer.tries.slice(1).map((at, index) => at - writer.tries[index]!);
    expect(pauses.slice(0, 6)).toEqual([200, 400, 800, 1_600, 3_200, 5_000]);
    expect(ledger.backlog).toBe(1);
  });

  it('does not hurry because more come while the database is away', async () => {
    writer.failWith(connectionError());
    end(500);
    await jest.advanceTimersByTimeAsync(0);
    end(500);
    await jest.advanceTimersByTimeAsync(150);
    expect(writer.tries).toHaveLength(1);
  });

  it('writes everything once the database is back', async () => {
    writer.failWith(connectionError());
    end(700);
    await jest.advanceTimersByTimeAsync(3_000);
    writer.failWith(null);
    await jest.advanceTimersByTimeAsync(5_000);
    expect(writer.written.size).toBe(700);
    expect(ledger.backlog).toBe(0);
  });

  it('keeps a missing table for later instead of giving up its rows', async () => {
    writer.failWith(Object.assign(new Error('no table'), { code: '42P01' }));
    end(2);
    await jest.advanceTimersByTimeAsync(1_000);
    expect(writer.setAsideIds).toEqual([]);
    expect(ledger.backlog).toBe(2);
  });

  it('sets the one bad row aside and writes its neighbours', async () => {
    const bad = usageRecord();
    writer.poison.add(bad.id);
    end(250);
    ledger.end(bad);
    end(249);
    await jest.advanceTimersByTimeAsync(0);
    expect(writer.setAsideIds).toEqual([bad.id]);
    expect(writer.written.size).toBe(499);
    expect(ledger.backlog).toBe(0);
  });

  it('loses and doubles nothing whatever fails when', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 5 }),
        fc.array(fc.boolean(), { maxLength: 12 }),
        async (arrivals, failures) => {
          const own = new FakeWriter();
          own.failures = [...failures];
          const subject = new BatchLedger(own, new SystemClock(), Logger.silent());
          for (const count of arrivals) {
            for (let index = 0; index < count; index++) subject.end(usageRecord());
            await jest.advanceTimersByTimeAsync(90);
          }
          await jest.advanceTimersByTimeAsync(60_000);
          expect(own.written.size).toBe(arrivals.reduce((sum, count) => sum + count, 0));
          expect(own.doubled).toBe(0);
        },
      ),
      { numRuns: 20 },
    );
  });

  describe('when full', () => {
    it('stops accepting, counting what is in progress', () => {
      for (let index = 0; index < LEDGER_CAPACITY; index++) begin(`in-progress-${index}`);
      expect(ledger.accepting).toBe(false);
    });

    it('keeps a place for the end of every request it let begin', () => {
      begin('first');
      for (let index = 1; index < LEDGER_CAPACITY; index++) begin(`in-progress-${index}`);
      ledger.end(usageRecord({ id: 'first' }));
      expect(ledger.backlog).toBe(1);
    });

    it('takes no record of a request that never began', () => {
      for (let index = 0; index < LEDGER_CAPACITY; index++) begin(`in-progress-${index}`);
      ledger.end(usageRecord());
      expect(ledger.backlog).toBe(0);
    });

    it('accepts again when records have been written', async () => {
      for (let index = 0; index < LEDGER_CAPACITY; index++) begin(`in-progress-${index}`);
      ledger.end(usageRecord({ id: 'in-progress-0' }));
      await ledger.flush();
      expect(ledger.accepting).toBe(true);
    });
  });

  describe('flush', () => {
    it('writes what waits without waiting for the timer', async () => {
      end(1_200);
      await ledger.flush();
      expect(writer.batches).toEqual([500, 500, 200]);
    });

    it('tries again while there is time', async () => {
      writer.failures = [true, true];
      end(1);
      const flushed = ledger.flush();
      await jest.advanceTimersByTimeAsync(2_000);
      await flushed;
      expect(writer.written.size).toBe(1);
    });

    it('gives up after five seconds', async () => {
      writer.failWith(connectionError());
      end(1);
      const outcome = ledger.flush().catch((error: Error) => error.message);
      await jest.advanceTimersByTimeAsync(5_300);
      expect(await outcome).toBe('1 usage records could not be written');
    });

    it('gives up after five seconds on a database that does not answer', async () => {
      writer.delayMs = 60_000;
      end(1);
      const outcome = ledger.flush().catch((error: Error) => error.message);
      await jest.advanceTimersByTimeAsync(5_000);
      expect(await outcome).toBe('1 usage records could not be written');
    });
  });

  describe('at shutdown', () => {
    it('writes what waits', async () => {
      end(2);
      await ledger.onApplicationShutdown();
      expect(writer.written.size).toBe(2);
    });

    it('records requests whose end it did not see as unknown', async () => {
      begin('left-open');
      await ledger.onApplicationShutdown();
      expect(writer.written.get('left-open')).toMatchObject({ endReason: 'unknown', status: 0 });
    });

    it('leaves no timer behind when the database is away', async () => {
      writer.failWith(connectionError());
      end(1);
      const done = ledger.onApplicationShutdown();
      await jest.advanceTimersByTimeAsync(6_000);
      await done;
      expect(jest.getTimerCount()).toBe(0);
    });
  });

  function end(count: number): void {
    for (let index = 0; index < count; index++) ledger.end(usageRecord());
  }

  function begin(id: string): void {
    ledger.begin(usageRecord({ id, startedAt: 0 }));
  }
});

/** All or nothing, as PostgreSQL is; remembers what a table with a primary key would hold. */
class FakeWriter implements RecordWriter {
  readonly batches: number[] = [];
  readonly tries: number[] = [];
  readonly written = new Map<string, UsageRecord>();
  readonly setAsideIds: string[] = [];
  readonly poison = new Set<string>();
  /** One entry a try; true fails it. */
  failures: boolean[] = [];
  delayMs = 0;
  mostAtOnce = 0;
  doubled = 0;
  private atOnce = 0;
  private failure: Error | null = null;

  failWith(error: Error | null): void {
    this.failure = error;
  }

  async write(records: readonly UsageRecord[]): Promise<void> {
    this.tries.push(performance.now());
    this.mostAtOnce = Math.max(this.mostAtOnce, ++this.atOnce);
    if (this.delayMs) await new Promise((resolve) => setTimeout(resolve, this.delayMs));
    this.atOnce--;
    if (this.failure) throw this.failure;
    if (this.failures.shift()) throw connectionError();
    if (records.some(({ id }) => this.poison.has(id))) {
      throw Object.assign(new Error('bad row'), { code: '22P02' });
    }
    this.batches.push(records.length);
    for (const record of records) {
      if (this.written.has(record.id)) this.doubled++;
      this.written.set(record.id, record);
    }
  }

  setAside(record: UsageRecord): Promise<void> {
    this.setAsideIds.push(record.id);
    return Promise.resolve();
  }
}

function connectionError(): Error {
  return Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
}
