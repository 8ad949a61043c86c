import { cpSync, mkdtempSync, readdirSync, statSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { collectGarbage } from '../../test/support/collect-garbage.js';
import { FakeUsageTable } from '../../test/support/fake-usage-table.js';
import { beginEntry, usageRecord } from '../../test/support/usage-record.js';
import { SystemClock } from '../common/clock.js';
import { Logger } from '../common/logger.js';
import { openAppendFile, type AppendFile } from './journal/append-file.js';
import { listSegments } from './journal/segment.js';
import { JournalLedger } from './journal-ledger.js';
import type { UsageRecord } from './usage-record.js';
import type { RowWriter } from './usage-writer.js';

describe('JournalLedger', () => {
  let root: string;
  let table: FakeUsageTable;
  let ledger: JournalLedger;
  const opened: JournalLedger[] = [];

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'journal-ledger-'));
    table = new FakeUsageTable();
    ledger = open();
  });

  afterEach(async () => {
    table.isAway = false;
    for (const each of opened.splice(0)) await each.onApplicationShutdown();
    rmSync(root, { recursive: true, force: true });
  });

  it('brings what has ended to the database', async () => {
    call(1);
    call(2);
    await ledger.flush();
    expect(table.reasons()).toEqual({ '1': 'completed', '2': 'completed' });
    expect(ledger.backlog).toBe(0);
  });

  it('keeps what it could not bring there for the next process', async () => {
    call(1);
    begin(2);
    const next = restart();
    expect(next.storedBytes).toBeGreaterThan(0);
    await next.flush();
    expect(table.reasons()).toEqual({ '1': 'completed', '2': 'unknown' });
  });

  it('estimates what an open request has used, and prices it', async () => {
    begin(1);
    await restart().flush();
    expect(table.rows.get(id(1))).toMatchObject({
      end_reason: 'unknown',
      status: 0,
      usage_source: 'estimated',
      provider: 'openai',
      model: 'gpt-4o',
      input_tokens: 25,
      output_tokens: 256,
      cost_nano_usd: '7',
    });
  });

  it('writes an open request once, whatever becomes of the process that replays it', async () => {
    begin(1);
    const away = new FakeUsageTable();
    away.isAway = true;
    const second = restart(join(root, '0'), away);
    await second.run();
    await restart(second.directory).flush();
    expect([...table.rows.keys()]).toEqual([id(1)]);
    expect(table.repeated).toBe(0);
    away.isAway = false;
  });

  it('takes over the journal of another process', async () => {
    begin(1);
    call(2);
    const abandoned = join(root, 'abandoned');
    cpSync(join(root, '0'), abandoned, { recursive: true });
    const next = open({ directory: join(root, 'own'), abandoned: [abandoned] });
    await next.flush();
    expect(table.reasons()).toEqual({ '1': 'unknown', '2': 'completed' });
    ledger = next;
  });

  it('gives the space back, also while a request stays open for long', async () => {
    begin(1);
    for (let index = 2; index < 200; index++) call(index);
    await ledger.flush();
    expect(listSegments(join(root, '0')).length).toBeLessThan(3);
    await restart().flush();
    expect(table.reasons()['1']).toBe('unknown');
    expect(table.rows.size).toBe(199);
  });

  it('leaves nothing behind after an orderly end', async () => {
    begin(1);
    call(2);
    await ledger.onApplicationShutdown();
    expect(table.reasons()).toEqual({ '1': 'unknown', '2': 'completed' });
    expect(listSegments(join(root, '0'))).toEqual([]);
  });

  it('holds no more in memory when the database is away for long', async () => {
    ledger = open({ maxBytes: 1e9 });
    table.isAway = true;
    await ledger.run();
    collectGarbage();
    const before = process.memoryUsage().heapUsed;
    for (let index = 0; index < 10_000; index++) call(index);
    expect(ledger.backlog).toBe(10_000);
    expect(ledger.storedBytes).toBeGreaterThan(10e6);
    collectGarbage();
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(6e6);
  });

  describe('when the space is used up', () => {
    beforeEach(async () => {
      table.isAway = true;
      await ledger.run();
      for (let index = 0; ledger.accepting; index++) call(index);
    });

    it('still takes the end of what has begun, but no refusal', () => {
      const { backlog } = ledger;
      ledger.end(usageRecord());
      expect(ledger.backlog).toBe(backlog);
      call(99_999);
      expect(ledger.backlog).toBe(backlog + 1);
      expect(ledger.storedShare).toBeGreaterThan(1);
    });

    it('accepts again when the database has taken it', async () => {
      table.isAway = false;
      await ledger.flush();
      expect(ledger.accepting).toBe(true);
    });
  });

  describe('when the disk is full', () => {
    let isFull = false;
    const openFile = (path: string): AppendFile => {
      const file = openAppendFile(path);
      const append = (bytes: Buffer): void => {
        if (isFull) throw Object.assign(new Error('no space'), { code: 'ENOSPC' });
        file.append(bytes);
      };
      return { ...file, append };
    };

    beforeEach(() => {
      ledger = open({ openFile });
    });

    it('lets nothing begin', () => {
      isFull = true;
      expect(() => begin(1)).toThrow('cannot be recorded');
      isFull = false;
    });

    it('keeps what ends until there is space, and meanwhile accepts nothing', async () => {
      begin(1);
      isFull = true;
      ledger.end(record(1));
      expect([ledger.accepting, ledger.backlog]).toEqual([false, 1]);
      isFull = false;
      await ledger.flush();
      expect(table.reasons()).toEqual({ '1': 'completed' });
      expect(ledger.accepting).toBe(true);
    });

    it('keeps what a killed process had under way until there is space to end it', async () => {
      begin(1);
      call(2);
      isFull = true;
      const second = restart(join(root, '0'), table, { openFile });
      await second.run();
      expect(second.backlog).toBe(2);
      while (second.backlog > 1) await sleep(10);
      // Until the segment of its begin record would be gone.
      await sleep(50);
      expect(table.reasons()).toEqual({ '2': 'completed' });
      // Killed again before there is any.
      isFull = false;
      await restart(second.directory).flush();
      expect(table.reasons()).toEqual({ '1': 'unknown', '2': 'completed' });
    });
  });

  it('ends what has begun on a disk that is full, and gives space back', async () => {
    const directory = join(root, 'full');
    const openFile = (path: string): AppendFile => {
      const file = openAppendFile(path);
      const append = (bytes: Buffer): void => {
        if (sizeOf(directory) + bytes.length > 65_536) {
          throw Object.assign(new Error('no space'), { code: 'ENOSPC' });
        }
        file.append(bytes);
      };
      return { ...file, append };
    };
    ledger = open({ directory, openFile });
    table.isAway = true;
    await ledger.run();
    let begun = 0;
    expect(() => {
      for (; begun < 1_000; begun++) {
        begin(begun);
        if (begun >= 8) ledger.end(record(begun - 8));
      }
    }).toThrow('cannot be recorded');
    expect(ledger.accepting).toBe(false);
    for (let index = begun - 8; index < begun; index++) ledger.end(record(index));
    table.isAway = false;
    await ledger.flush();
    expect(table.rows.size).toBe(begun);
    expect(table.repeated).toBe(0);
    begin(begun);
    ledger.end(record(begun));
    await ledger.flush();
    expect(table.rows.size).toBe(begun + 1);
  });

  function open(
    options: Partial<ConstructorParameters<typeof JournalLedger>[3]> = {},
    writer: RowWriter = table,
  ): JournalLedger {
    const next = new JournalLedger(writer, new SystemClock(), Logger.silent(), {
      directory: join(root, '0'),
      abandoned: [],
      maxBytes: 131_072,
      commitIntervalMs: 1,
      price: (unpriced) => ({ ...unpriced, costNanoUsd: 7n, priceSource: 'catalog' }),
      ...options,
    });
    opened.push(next);
    return next;
  }

  /** As after kill -9, with what the one before had written by now. */
  function restart(
    before = join(root, '0'),
    writer = table,
    options: Parameters<typeof open>[0] = {},
  ): JournalLedger & { directory: string } {
    const directory = join(root, `after-${opened.length}`);
    cpSync(before, directory, { recursive: true });
    ledger = open({ directory, ...options }, writer);
    return Object.assign(ledger, { directory });
  }

  function begin(index: number, subject = ledger): void {
    subject.begin(beginEntry({ id: id(index) }));
  }

  function call(index: number): void {
    begin(index);
    ledger.end(record(index));
  }
});

const id = (index: number): string => `00000000-0000-7000-8000-${String(index).padStart(12, '0')}`;
const record = (index: number): UsageRecord => usageRecord({ id: id(index) });

function sizeOf(directory: string): number {
  return readdirSync(directory).reduce(
    (sum, name) => sum + statSync(join(directory, name)).size,
    0,
  );
}
