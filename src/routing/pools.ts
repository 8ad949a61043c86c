import { Injectable } from '@nestjs/common';
import type { Catalog } from '../catalog/catalog.js';
import { Pool } from './pool.js';
import { UpstreamStates } from './upstream-states.js';

interface Generation {
  readonly catalog: Catalog;
  /** By the client's name of the model. */
  readonly pools: Map<string, Pool>;
  /** False: its pools are closed from the start, for nobody will come back to close them. */
  isCurrent: boolean;
}

/** Requests that began with an older catalog keep to it; older than this many changes, they pay for pools of their own. */
const MAX_GENERATIONS = 3;
/** Names of models come from clients. */
const MAX_POOLS = 2_000;

/** The pools of the catalogs in use. */
@Injectable()
export class Pools {
  /** Latest first. */
  private generations: Generation[] = [];

  constructor(private readonly states: UpstreamStates) {}

  of(catalog: Catalog, model: string): Pool {
    const { pools, isCurrent } = this.generationOf(catalog);
    const known = pools.get(model);
    if (known) {
      // Near the bound those in use go to the end, where they are evicted last.
      if (pools.size > MAX_POOLS / 2) pools.delete(model);
      pools.set(model, known);
      return known;
    }
    const pool = this.build(catalog, model);
    // Names that nobody serves are made up, and must not push out others.
    if (pool.candidates.length === 0) return pool;
    if (!isCurrent) pool.close();
    else if (pools.size >= MAX_POOLS) closeOldest(pools);
    pools.set(model, pool);
    return pool;
  }

  private build(catalog: Catalog, model: string): Pool {
    const candidates = catalog
      .servicesFor(model)
      .map((service) => this.states.candidateOf(service));
    const peers = candidates.map(({ state }) => state);
    for (const state of peers) state.peers = peers;
    return new Pool(candidates);
  }

  private generationOf(catalog: Catalog): Generation {
    const known = this.generations.find((generation) => generation.catalog === catalog);
    if (known) return known;
    const generation = { catalog, pools: new Map<string, Pool>(), isCurrent: true };
    this.generations.unshift(generation);
    this.generations.sort((a, b) => b.catalog.version - a.catalog.version);
    for (const old of this.generations.splice(MAX_GENERATIONS)) {
      old.isCurrent = false;
      for (const pool of old.pools.values()) pool.close();
    }
    return generation;
  }
}

function closeOldest(pools: Map<string, Pool>): void {
  const [oldest] = pools.keys();
  pools.get(oldest!)!.close();
  pools.delete(oldest!);
}
