import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { GatewayConfig } from '../config/gateway-config.js';
import { journalPlace } from './journal-place.js';

describe('journalPlace', () => {
  let dataDir: string;

  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'journal-place-'));
    for (const name of ['0', '1', '2', '3'])
      mkdirSync(join(dataDir, 'journal', name), { recursive: true });
  });

  afterEach(() => rmSync(dataDir, { recursive: true }));

  const placeOf = (workers: number, worker: number | null, others: number[]) => {
    const environment = { JOURNAL_MAX_BYTES: 1_000 };
    const config = { dataDir, environment, workers } as unknown as GatewayConfig;
    const { directory, abandoned, maxBytes } = journalPlace(config, { worker, others });
    const name = (path: string): string => path.slice(join(dataDir, 'journal').length + 1);
    return { directory: name(directory), abandoned: abandoned.map(name).sort(), maxBytes };
  };

  it('is the first one for a process alone, which takes over all others', () => {
    expect(placeOf(1, null, [])).toEqual({
      directory: '0',
      abandoned: ['1', '2', '3'],
      maxBytes: 1_000,
    });
  });

  it('leaves the living their journals, and each worker its part of the space', () => {
    expect(placeOf(2, 3, [1, 2])).toEqual({ directory: '2', abandoned: ['3'], maxBytes: 500 });
  });
});
