import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import fc from 'fast-check';
import { FakeUsageTable } from '../../test/support/fake-usage-table.js';
import { beginEntry, usageRecord } from '../../test/support/usage-record.js';
import { SystemClock } from '../common/clock.js';
import { Logger } from '../common/logger.js';
import { listSegments } from './journal/segment.js';
import { JournalLedger } from './journal-ledger.js';

describe('JournalLedger after a crash', () => {
  let root: string;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'journal-crash-'));
  });

  afterEach(() => {
    rmSync(root, { recursive: true, force: true });
  });

  it('loses nothing that was written whole, wherever it is cut off', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ ends: fc.boolean(), late: fc.boolean() }), {
          minLength: 1,
          maxLength: 12,
        }),
        fc.nat(),
        async (calls, cut) => {
          const directory = mkdtempSync(join(root, 'run-'));
          const first = open(join(directory, '0'), new FakeUsageTable());
          const late: number[] = [];
          for (const [index, { ends, late: isLate }] of calls.entries()) {
            first.begin(beginEntry({ id: id(index) }));
            if (ends && isLate) late.push(index);
            else if (ends) first.end(usageRecord({ id: id(index) }));
          }
          for (const index of late) first.end(usageRecord({ id: id(index) }));
          const [expected, replayed] = await cutOff(
            join(directory, '0'),
            join(directory, 'cut'),
            cut,
          );
          expect(replayed.reasonsById()).toEqual(expected);
          expect(replayed.repeated).toBe(0);
          await first.onApplicationShutdown();
        },
      ),
      { numRuns: 60 },
    );
  });

  /** Truncates a copy at some byte and compares what a new process makes of it with what whole lines it had. */
  async function cutOff(
    source: string,
    target: string,
    cut: number,
  ): Promise<[Map<string, unknown>, FakeUsageTable]> {
    mkdirSync(target);
    const segments = listSegments(source);
    const total = segments.reduce((sum, { bytes }) => sum + bytes, 0);
    let left = cut % (total + 1);
    const expected = new Map<string, unknown>();
    for (const { path, bytes } of segments) {
      const copy = join(target, basename(path));
      copyFileSync(path, copy);
      truncateSync(copy, Math.min(left, bytes));
      left -= Math.min(left, bytes);
      const text = readFileSync(copy, 'utf8');
      for (const line of text
        .slice(0, text.lastIndexOf('\n') + 1)
        .split('\n')
        .filter(Boolean)) {
        const [, kind, lineId] = line.split(' ');
        expected.set(lineId!, kind === 'E' ? 'completed' : 'unknown');
      }
    }
    const replayed = new FakeUsageTable();
    const next = open(target, replayed);
    await next.flush();
    await next.onApplicationShutdown();
    return [expected, replayed];
  }

  function open(directory: string, table: FakeUsageTable): JournalLedger {
    return new JournalLedger(table, new SystemClock(), Logger.silent(), {
      directory,
      abandoned: [],
      maxBytes: 131_072,
      commitIntervalMs: 1,
      price: (record) => record,
    });
  }
});

const id = (index: number): string => `00000000-0000-7000-8000-${String(index).padStart(12, '0')}`;
