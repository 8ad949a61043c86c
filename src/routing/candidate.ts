import type { CatalogAccount } from '../catalog/catalog.js';
import type { ServiceState } from './service-state.js';

/** A model on an account that serves it, with what is known of how it does. */
export interface Candidate {
  readonly account: CatalogAccount;
  /** The upstream's name of the model. */
  readonly model: string;
  readonly state: ServiceState;
}

export type Candidates = readonly [Candidate, ...Candidate[]];
