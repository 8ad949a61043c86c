import type { Catalog, CatalogAccount, Service } from '../catalog/catalog.js';
import type { Chance } from '../common/chance.js';
import type { Clock } from '../common/clock.js';
import { AccountState } from './account-state.js';
import type { Candidate } from './candidate.js';
import {
  CircuitBreaker,
  type CircuitBreakerOptions,
  type CircuitOverride,
} from './circuit-breaker/circuit-breaker.js';
import { Cooldown } from './cooldown.js';
import { ServiceState } from './service-state.js';

export interface BreakerOptions {
  readonly service: CircuitBreakerOptions;
  readonly host: CircuitBreakerOptions;
}

/** Names of models come from clients: an account remembers only so many. */
const MAX_SERVICES_PER_ACCOUNT = 1_000;

/** What is known of every account, its models and its host. Outlives catalogs; forgets accounts that are gone. */
export class UpstreamStates {
  private readonly accounts = new Map<string, AccountState>();
  private readonly hosts = new Map<string, CircuitBreaker>();
  private readonly providers = new Map<string, Cooldown>();

  constructor(
    private readonly clock: Clock,
    private readonly chance: Chance,
    private readonly breakers: BreakerOptions,
  ) {}

  candidateOf({ account, model }: Service): Candidate {
    return { account, model, state: this.serviceOf(account, model) };
  }

  /** Undefined for an account that nothing has been learnt of yet. */
  find(accountId: string): AccountState | undefined {
    return this.accounts.get(accountId);
  }

  all(): Iterable<AccountState> {
    return this.accounts.values();
  }

  /** Takes over what operators have changed of accounts that are known already. */
  adopt({ accounts }: Catalog): void {
    const present = new Map(accounts.map((account) => [account.id, account]));
    for (const [id, state] of this.accounts) {
      const account = present.get(id);
      if (account) this.update(state, account);
      else this.accounts.delete(id);
    }
    const hosts = new Set(accounts.map(({ baseUrl }) => hostOf(baseUrl)));
    for (const host of this.hosts.keys()) if (!hosts.has(host)) this.hosts.delete(host);
  }

  private update(state: AccountState, account: CatalogAccount): void {
    const before = state.account;
    state.account = account;
    state.host = this.hostBreaker(account.baseUrl);
    state.provider = this.providerCooldown(account.adapter.provider);
    const isAnother = before.secret !== account.secret || before.baseUrl !== account.baseUrl;
    // What was learnt of the old credential or the old address says nothing about the new one.
    if (isAnother) state.parked.end();
    for (const { breaker, cooldown } of state.services.values()) {
      if (isAnother) {
        breaker.reset();
        cooldown.end();
      }
      breaker.order(account.circuit);
    }
  }

  private serviceOf(account: CatalogAccount, model: string): ServiceState {
    const { services } = this.accountOf(account);
    let service = services.get(model);
    if (!service) {
      if (services.size >= MAX_SERVICES_PER_ACCOUNT) forgetOldest(services);
      service = new ServiceState(this.accountOf(account), model, this.newBreaker(account.circuit));
      services.set(model, service);
    }
    return service;
  }

  accountOf(account: CatalogAccount): AccountState {
    let state = this.accounts.get(account.id);
    if (!state) {
      const { provider } = account.adapter;
      state = new AccountState(
        account,
        this.hostBreaker(account.baseUrl),
        this.providerCooldown(provider),
      );
      this.accounts.set(account.id, state);
    }
    return state;
  }

  private providerCooldown(provider: string): Cooldown {
    const known = this.providers.get(provider) ?? new Cooldown();
    this.providers.set(provider, known);
    return known;
  }

  private newBreaker(override: CircuitOverride): CircuitBreaker {
    const breaker = new CircuitBreaker(this.clock, this.chance, this.breakers.service);
    breaker.order(override);
    return breaker;
  }

  private hostBreaker(baseUrl: string): CircuitBreaker {
    const host = hostOf(baseUrl);
    let breaker = this.hosts.get(host);
    if (!breaker) {
      breaker = new CircuitBreaker(this.clock, this.chance, this.breakers.host);
      this.hosts.set(host, breaker);
    }
    return breaker;
  }
}

function hostOf(baseUrl: string): string {
  return new URL(baseUrl).host;
}

/** The first one that nobody is waiting for; a Map keeps its entries in the order they came. */
function forgetOldest(services: Map<string, ServiceState>): void {
  for (const [model, { inFlight }] of services) {
    if (inFlight > 0) continue;
    services.delete(model);
    return;
  }
}
