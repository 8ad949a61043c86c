import { topic } from '../common/channel.js';

/** What a worker is told when it asks for its place. */
export interface Assignment {
  readonly worker: number;
  readonly others: readonly number[];
  readonly databaseUrl: string;
  readonly address: { readonly host: string; readonly port: number };
  /** Nobody else listens: it does so before it is ready, so that somebody can say that the gateway starts. */
  readonly listensFirst: boolean;
}

export const ASSIGNMENT = topic<void, Assignment>('assignment');
/** From a worker: it serves. */
export const READY = topic('ready');
/** To a worker: another has taken its place. */
export const RETIRE = topic('retire');
