import type { CatalogAccount } from '../../src/catalog/catalog.js';
import { Chance } from '../../src/common/chance.js';
import type { Clock } from '../../src/common/clock.js';
import type { Outcome, OutcomeKind } from '../../src/providers/outcome.js';
import type { Candidate } from '../../src/routing/candidate.js';
import type { CircuitBreakerOptions } from '../../src/routing/circuit-breaker/circuit-breaker.js';
import { Leases, type Capacity } from '../../src/routing/leases.js';
import { Pools } from '../../src/routing/pools.js';
import { RetryBudgets } from '../../src/routing/retry-budgets.js';
import { RoutingService, type PlanRequest } from '../../src/routing/routing.service.js';
import { StrategyChoice } from '../../src/routing/strategy-choice.js';
import type {
  RoutingRequest,
  RoutingStrategy,
} from '../../src/routing/strategies/routing-strategy.js';
import { UpstreamStates } from '../../src/routing/upstream-states.js';

/** The defaults of the settings. */
export const BREAKER: CircuitBreakerOptions = {
  windowMs: 30_000,
  buckets: 10,
  minimumCalls: 10,
  failureRate: 0.5,
  slowRate: 0.8,
  consecutiveFailures: 5,
  openMs: 10_000,
  maxOpenMs: 300_000,
  jitter: 0.2,
  halfOpenCalls: 3,
  maxHalfOpenMs: 60_000,
};

/** Always the middle: no jitter, half of a backoff. */
export class EvenChance extends Chance {
  next(): number {
    return 0.5;
  }
}

/** The first one there is, so that a spec can tell what comes next. */
export const inOrder: RoutingStrategy = {
  name: 'in_order',
  over: (candidates) => ({ pick: (_request, accepts) => candidates.find(accepts) }),
};

export const REQUEST: RoutingRequest = {
  model: 'm',
  keyId: 'key',
  session: null,
  stream: true,
  inputTokens: 100,
  outputTokens: 100,
  preferences: null,
};

export function outcome(kind: OutcomeKind, fields: Partial<Outcome> = {}): Outcome {
  return { kind, status: null, detail: '', retryAfterMs: null, ...fields };
}

export function statesOf(clock: Clock): UpstreamStates {
  const host = {
    ...BREAKER,
    windowMs: 10_000,
    minimumCalls: 3,
    failureRate: 1,
    consecutiveFailures: 3,
    openMs: 5_000,
    maxOpenMs: 20_000,
    halfOpenCalls: 1,
  };
  return new UpstreamStates(clock, new EvenChance(), { service: BREAKER, host });
}

export function candidateOf(
  states: UpstreamStates,
  account: CatalogAccount,
  model = 'm',
): Candidate {
  return states.candidateOf({ account, model });
}

/** Accounts without limits. */
export const ROOMY: Capacity = {
  tryReserve: () => ({ granted: null, release: () => undefined }),
  fullForMs: () => 0,
};

export interface RoutingFixture {
  readonly routing: RoutingService;
  readonly states: UpstreamStates;
  readonly alerts: string[];
  readonly exhausted: () => number;
}

/** Routing as the module wires it, with a clock that only moves when it is told to. */
export function routingWith(
  clock: Clock,
  strategies: readonly RoutingStrategy[] = [inOrder],
  capacity: Capacity = ROOMY,
): RoutingFixture {
  const states = statesOf(clock);
  const alerts: string[] = [];
  let exhausted = 0;
  const now = (): number => clock.monotonic();
  const routing = new RoutingService({
    pools: new Pools(states),
    strategies: new StrategyChoice(strategies, strategies[0]!.name),
    leases: new Leases(
      clock,
      capacity,
      { streamMs: 15_000, wholeMs: 120_000 },
      ({ account }, kind) => alerts.push(`${account.name} ${kind}`),
    ),
    budgets: new RetryBudgets({ share: 0.2, floorPerSecond: 3 }),
    failover: {
      chance: new EvenChance(),
      now,
      maxAttempts: 3,
      onBudgetExhausted: () => exhausted++,
    },
    now,
  });
  return { routing, states, alerts, exhausted: () => exhausted };
}

export function planRequest(
  fields: Partial<PlanRequest> & Pick<PlanRequest, 'catalog'>,
): PlanRequest {
  return { ...REQUEST, allowedModels: ['*'], canServe: () => true, ...fields };
}
