import { join } from 'node:path';
import type { Peers } from '../common/peers.js';
import type { GatewayConfig } from '../config/gateway-config.js';
import { neighboursOf } from './journal/segment.js';

export interface JournalPlace {
  readonly directory: string;
  /** Of processes that are gone. */
  readonly abandoned: readonly string[];
  /** This process' part of the space. */
  readonly maxBytes: number;
}

/** A gateway of one process writes where the first of several workers would. */
export function journalDirectory(dataDir: string, worker: number | null): string {
  return join(dataDir, 'journal', String((worker ?? 1) - 1));
}

/** `DATA_DIR` belongs to one gateway, so a journal that is no living worker's is that of a process that is gone. */
export function journalPlace(
  { dataDir, environment, workers }: Pick<GatewayConfig, 'dataDir' | 'environment' | 'workers'>,
  { worker, others }: Pick<Peers, 'worker' | 'others'>,
): JournalPlace {
  const directory = journalDirectory(dataDir, worker);
  const kept = new Set(others.map((other) => journalDirectory(dataDir, other)));
  return {
    directory,
    abandoned: neighboursOf(directory).filter((path) => !kept.has(path)),
    maxBytes: Math.floor(environment.JOURNAL_MAX_BYTES / workers),
  };
}
