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

/** `DATA_DIR` belongs to one gateway, so a journal that is no living worker's is that of a process that is gone. */
export function journalPlace(
  { dataDir, environment, workers }: GatewayConfig,
  { worker, others }: Pick<Peers, 'worker' | 'others'>,
): JournalPlace {
  const journalOf = (number: number): string => join(dataDir, 'journal', String(number - 1));
  const directory = journalOf(worker ?? 1);
  const kept = new Set(others.map(journalOf));
  return {
    directory,
    abandoned: neighboursOf(directory).filter((path) => !kept.has(path)),
    maxBytes: Math.floor(environment.JOURNAL_MAX_BYTES / workers),
  };
}
