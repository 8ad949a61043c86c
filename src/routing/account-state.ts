import type { CatalogAccount } from '../catalog/catalog.js';
import type { CircuitBreaker } from './circuit-breaker/circuit-breaker.js';
import { Cooldown } from './cooldown.js';
import { Load } from './load.js';
import type { ServiceState } from './service-state.js';

/** What is known of one account as a whole. */
export class AccountState {
  /** By the upstream's name of the model. */
  readonly services = new Map<string, ServiceState>();
  readonly load = new Load();
  /** Its quota is used up or its credential is refused: no model of it can be asked. */
  readonly parked = new Cooldown();

  constructor(
    public account: CatalogAccount,
    /** Shared by all accounts at the same host. */
    public host: CircuitBreaker,
    /** Shared by all accounts of the same provider: while it runs they are asked last. */
    public provider: Cooldown,
  ) {}

  /** Milliseconds until any model of it may be asked; 0: now. */
  waitMs(now: number): number {
    return Math.max(this.parked.remainingMs(now), this.host.waitMs(now));
  }
}
