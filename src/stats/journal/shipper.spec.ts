import { jest } from '@jest/globals';
import { Logger } from '../../common/logger.js';
import type { RowWriter, WritableRow } from '../usage-writer.js';
import type { JournalTail } from './journal-tail.js';
import { Shipper } from './shipper.js';

describe('Shipper', () => {
  let tail: FakeTail;
  let writer: FakeWriter;
  let shipper: Shipper;

  beforeEach(() => {
    jest.useFakeTimers();
    tail = new FakeTail();
    writer = new FakeWriter();
    shipper = new Shipper(tail as unknown as JournalTail, writer, Logger.silent(), () =>
      Promise.resolve(),
    );
    shipper.start(0);
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  it('writes what came within 200 ms as one batch', async () => {
    end(3);
    await jest.advanceTimersByTimeAsync(199);
    expect(writer.batches).toEqual([]);
    await jest.advanceTimersByTimeAsync(1);
    expect(writer.batches).toEqual([3]);
    expect(shipper.backlog).toBe(0);
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
    writer.failure = connectionError();
    end(1);
    await jest.advanceTimersByTimeAsync(20_000);
    const pauses = writer.tries.slice(1).map((at, index) => at - writer.tries[index]!);
    expect(pauses.slice(0, 6)).toEqual([200, 400, 800, 1_600, 3_200, 5_000]);
    expect(shipper.backlog).toBe(1);
  });

  it('does not hurry because more come while the database is away', async () => {
    writer.failure = connectionError();
    end(500);
    await jest.advanceTimersByTimeAsync(0);
    end(500);
    await jest.advanceTimersByTimeAsync(150);
    expect(writer.tries).toHaveLength(1);
  });

  it('writes smaller batches after a failure, and larger ones again when they work', async () => {
    writer.failure = connectionError();
    end(700);
    await jest.advanceTimersByTimeAsync(300);
    writer.failure = null;
    await jest.advanceTimersByTimeAsync(5_000);
    expect(writer.batches).toEqual([125, 250, 325]);
  });

  it('keeps a missing table for later instead of giving up its rows', async () => {
    writer.failure = Object.assign(new Error('no table'), { code: '42P01' });
    end(2);
    await jest.advanceTimersByTimeAsync(1_000);
    expect(writer.setAsideIds).toEqual([]);
    expect(shipper.backlog).toBe(2);
  });

  it('sets the one bad row aside and writes its neighbours', async () => {
    writer.poison.add('row-250');
    end(500);
    await jest.advanceTimersByTimeAsync(0);
    expect(writer.setAsideIds).toEqual(['row-250']);
    expect(writer.written).toBe(499);
    expect(shipper.backlog).toBe(0);
  });

  it('does not wait for rows that cannot be read', async () => {
    shipper.add(5);
    await jest.advanceTimersByTimeAsync(200);
    expect(shipper.backlog).toBe(0);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('does nothing before it is started', async () => {
    const idle = new Shipper(tail as unknown as JournalTail, writer, Logger.silent(), () =>
      Promise.resolve(),
    );
    idle.add(600);
    await jest.advanceTimersByTimeAsync(1_000);
    expect([writer.tries, idle.backlog]).toEqual([[], 600]);
  });

  it('leaves no timer behind when it is stopped', async () => {
    writer.failure = connectionError();
    end(1);
    await jest.advanceTimersByTimeAsync(1_000);
    await shipper.stop();
    expect(jest.getTimerCount()).toBe(0);
  });

  function end(count: number): void {
    for (let index = 0; index < count; index++) {
      tail.rows.push({ id: `row-${tail.rows.length}`, json: Buffer.alloc(0) });
    }
    shipper.add(count);
  }
});

class FakeTail {
  readonly rows: WritableRow[] = [];

  peek(maxRows: number): Promise<WritableRow[]> {
    return Promise.resolve(this.rows.slice(0, maxRows));
  }

  take(count: number): [] {
    this.rows.splice(0, count);
    return [];
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** All or nothing, as PostgreSQL is. */
class FakeWriter implements RowWriter {
  readonly batches: number[] = [];
  readonly tries: number[] = [];
  readonly setAsideIds: string[] = [];
  readonly poison = new Set<string>();
  failure: Error | null = null;
  delayMs = 0;
  mostAtOnce = 0;
  written = 0;
  private atOnce = 0;

  async write(rows: readonly WritableRow[]): Promise<void> {
    this.tries.push(performance.now());
    this.mostAtOnce = Math.max(this.mostAtOnce, ++this.atOnce);
    if (this.delayMs) await new Promise((resolve) => setTimeout(resolve, this.delayMs));
    this.atOnce--;
    if (this.failure) throw this.failure;
    if (rows.some(({ id }) => this.poison.has(id))) {
      throw Object.assign(new Error('bad row'), { code: '22P02' });
    }
    this.batches.push(rows.length);
    this.written += rows.length;
  }

  setAside({ id }: WritableRow): Promise<void> {
    this.setAsideIds.push(id);
    return Promise.resolve();
  }
}

function connectionError(): Error {
  return Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
}
