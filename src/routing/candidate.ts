import type { Service } from '../catalog/catalog.js';

/** An account that may be asked for a model now. */
export type Candidate = Service;

export type Candidates = readonly [Candidate, ...Candidate[]];
