import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RequestJournal } from './request-journal.js';
import { listSegments } from './segment.js';

describe('RequestJournal', () => {
  let directory: string;
  let journal: RequestJournal;
  let failures: Error[];

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'request-journal-'));
    failures = [];
    journal = new RequestJournal({
      directory,
      maxBytes: 65_536,
      commitIntervalMs: 1,
      onEnd: () => undefined,
      onFailure: (error) => failures.push(error),
    });
  });

  afterEach(async () => {
    await journal.close(true);
    rmSync(directory, { recursive: true, force: true });
  });

  it('removes what is asked for twice at the same time once, and keeps the segment that is written to', async () => {
    call('first');
    journal.lines.rotate();
    call('second');
    const [finished, active] = journal.lines.segments;
    await Promise.all([journal.remove([finished!]), journal.remove([])]);
    expect(journal.lines.segments).toEqual([active]);
    expect(journal.lines.bytes).toBe(listSegments(directory)[0]!.bytes);
  });

  it('carries an open request over once, whoever else removes meanwhile', async () => {
    journal.begin('open', '{}');
    journal.lines.rotate();
    await Promise.all([journal.remove([journal.lines.segments[0]!]), journal.remove([])]);
    expect(listSegments(directory).map(({ number }) => number)).toEqual([2]);
    expect(journal.lines.bytes).toBe('00000000 B open {}\n'.length);
    journal.end('open', '{}');
    expect(failures).toEqual([]);
  });

  function call(id: string): void {
    journal.begin(id, '{}');
    journal.end(id, '{}');
  }
});
