import type { Catalog } from '../catalog/catalog.js';
import { Pool } from './pool.js';
import type { UpstreamStates } from './upstream-states.js';

interface Generation {
  readonly catalog: Catalog;
  /** By the client's name of the model. */
  readonly pools: Map<string, Pool>;
}

/** Requests that began with an older catalog keep to it; older than this many changes, they pay for pools of their own. */
const MAX_GENERATIONS = 3;
/** Names of models come from clients. */
const MAX_POOLS = 2_000;

/** The pools of the catalogs in use. */
export class Pools {
  /** Latest first. */
  private generations: Generation[] = [];

  constructor(private readonly states: UpstreamStates) {}

  of(catalog: Catalog, model: string): Pool {
    const { pools } = this.generationOf(catalog);
    let pool = pools.get(model);
    if (!pool) {
      pool = this.build(catalog, model);
      if (pools.size >= MAX_POOLS) closeOldest(pools);
      pools.set(model, pool);
    }
    return pool;
  }

  private build(catalog: Catalog, model: string): Pool {
    const candidates = catalog
      .servicesFor(model)
      .map((service) => this.states.candidateOf(service));
    const [only] = candidates;
    if (only) only.state.isAlone = candidates.length === 1;
    return new Pool(candidates);
  }

  private generationOf(catalog: Catalog): Generation {
    const known = this.generations.find((generation) => generation.catalog === catalog);
    if (known) return known;
    const generation = { catalog, pools: new Map<string, Pool>() };
    this.generations.unshift(generation);
    this.generations.sort((a, b) => b.catalog.version - a.catalog.version);
    for (const { pools } of this.generations.splice(MAX_GENERATIONS)) {
      for (const pool of pools.values()) pool.close();
    }
    return generation;
  }
}

function closeOldest(pools: Map<string, Pool>): void {
  const [oldest] = pools.keys();
  pools.get(oldest!)!.close();
  pools.delete(oldest!);
}
