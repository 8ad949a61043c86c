import type { CatalogAccount } from '../../src/catalog/catalog.js';
import { Chance } from '../../src/common/chance.js';
import type { Clock } from '../../src/common/clock.js';
import { AccountState } from '../../src/routing/account-state.js';
import type { Candidate, Candidates } from '../../src/routing/candidate.js';
import { CircuitBreaker } from '../../src/routing/circuit-breaker/circuit-breaker.js';
import { Cooldown } from '../../src/routing/cooldown.js';
import { CostEstimator } from '../../src/routing/cost-estimator.js';
import { ServiceState } from '../../src/routing/service-state.js';
import type { RoutingRequest } from '../../src/routing/strategies/routing-strategy.js';
import { FakeClock } from './fake-clock.js';
import { BREAKER } from './routing-fixtures.js';
import { seededRandom } from './seeded-random.js';

export class SeededChance extends Chance {
  private readonly random: () => number;

  constructor(seed: number) {
    super();
    this.random = seededRandom(seed);
  }

  next(): number {
    return this.random();
  }
}

/** Nano-USD per token, by account id; an account without has no price. */
export class PriceList extends CostEstimator {
  constructor(
    private readonly prices: Readonly<Record<string, { input: number; output: number }>>,
  ) {
    super();
  }

  estimate(
    { account }: Candidate,
    { input, output }: { readonly input: number; readonly output: number },
  ): number | null {
    const price = this.prices[account.id];
    return price ? price.input * input + price.output * output : null;
  }
}

export interface CandidateDescription {
  readonly id: string;
  readonly weight?: number;
  readonly provider?: string;
  readonly model?: string;
}

/** Real states and circuit breakers around accounts that are nothing but an id, a weight and a provider. */
export class CandidateFactory {
  constructor(
    private readonly clock: Clock = new FakeClock(),
    private readonly chance: Chance = new SeededChance(1),
  ) {}

  one({ id, weight = 1, provider = id, model = 'm' }: CandidateDescription): Candidate {
    const account = { id, name: id, weight, adapter: { provider } } as CatalogAccount;
    const accountState = new AccountState(account, this.breaker(), new Cooldown());
    const state = new ServiceState(accountState, model, this.breaker());
    return { account, model, state };
  }

  all(descriptions: readonly CandidateDescription[]): Candidates {
    return descriptions.map((each) => this.one(each)) as unknown as Candidates;
  }

  /** Named by their place: '0', '1' and so on. */
  weighted(weights: readonly number[]): Candidates {
    return this.all(weights.map((weight, index) => ({ id: String(index), weight })));
  }

  private breaker(): CircuitBreaker {
    return new CircuitBreaker(this.clock, this.chance, BREAKER);
  }
}

export function routingRequest(changes: Partial<RoutingRequest> = {}): RoutingRequest {
  return {
    model: 'm',
    keyId: 'key',
    session: null,
    stream: false,
    inputTokens: 1_000,
    outputTokens: 500,
    preferences: null,
    ...changes,
  };
}

export function acceptAll(): boolean {
  return true;
}
