import type { Catalog } from '../catalog/catalog.js';
import { GatewayError, NotFoundError, TooManyRequestsError } from '../common/gateway-error.js';
import { allowsModel } from '../common/model-pattern.js';
import type { ProviderAdapter } from '../providers/provider-adapter.js';
import type { Exclusion } from './exclusion.js';
import { Failover, type FailoverTools } from './failover.js';
import type { Leases } from './leases.js';
import { Plan, type Stage } from './plan.js';
import type { Pools } from './pools.js';
import type { RetryBudgets } from './retry-budgets.js';
import type { StrategyChoice } from './strategy-choice.js';
import type { Accepts, RoutingRequest } from './strategies/routing-strategy.js';

export class ModelNotFoundError extends NotFoundError {
  override readonly code = 'model_not_found';
}

/** Accounts serve the model, but none may be asked now. */
export class NoAccountAvailableError extends GatewayError {
  readonly status = 503;
  readonly code = 'no_account_available';
}

/** The same, and all of them because their providers said "too many requests". */
export class AccountsRateLimitedError extends TooManyRequestsError {
  override readonly code = 'upstream_rate_limited';
}

export interface PlanRequest extends RoutingRequest {
  readonly catalog: Catalog;
  /** What the key may use: a fallback is no way around it. */
  readonly allowedModels: readonly string[];
  /** Whether a provider can be asked this at all. */
  readonly canServe: (adapter: ProviderAdapter) => boolean;
}

export interface RoutingParts {
  readonly pools: Pools;
  readonly strategies: StrategyChoice;
  readonly leases: Leases;
  readonly budgets: RetryBudgets;
  readonly failover: FailoverTools;
  /** Monotonic milliseconds. */
  readonly now: () => number;
}

/** Decides whom a request asks, first and when that fails. */
export class RoutingService {
  constructor(private readonly parts: RoutingParts) {}

  /** Throws ModelNotFoundError, NoAccountAvailableError and AccountsRateLimitedError. */
  plan(request: PlanRequest): Plan {
    const plan = this.dryRun(request);
    if (!plan.isPossible) throw refusalOf(request.model, plan.exclusions());
    this.parts.budgets.of(request.model).deposit(this.parts.now());
    return plan;
  }

  /** The same plan, for people who ask why: it may be impossible, and counts for nothing. Throws ModelNotFoundError. */
  dryRun(request: PlanRequest): Plan {
    const { leases, now } = this.parts;
    const stages = this.stagesOf(withWeights(request));
    const canServe: Accepts = ({ account }) => request.canServe(account.adapter);
    if (!stages.some(({ pool }) => pool.candidates.some(canServe))) {
      throw new ModelNotFoundError(
        `the model '${request.model}' does not exist or is not served here`,
        { param: 'model' },
      );
    }
    return new Plan({
      stages,
      canServe,
      claim: (choice) => leases.claim(request.catalog, choice),
      fullForMs: (account, asked) => leases.fullForMs(account, asked),
      now,
    });
  }

  /** What to do when an attempt has failed. */
  failover(plan: Plan, model: string): Failover {
    return new Failover(plan, this.parts.budgets.of(model), this.parts.failover);
  }

  private stagesOf(request: PlanRequest): Stage[] {
    const { catalog, model, allowedModels } = request;
    const { fallbacks } = catalog.routing;
    const own = this.stageOf(request, model);
    if (!Object.hasOwn(fallbacks, model)) return [own];
    const others = fallbacks[model]!.filter((one) => allowsModel(allowedModels, one));
    return [own, ...others.map((one) => this.stageOf(variantOf(request, { model: one }), one))];
  }

  private stageOf(request: PlanRequest, model: string): Stage {
    const { pools, strategies } = this.parts;
    return {
      request,
      pool: pools.of(request.catalog, model),
      strategy: strategies.of(request.catalog.routing, model, request.preferences),
    };
  }
}

/** What the key does not weigh, `adaptive` weighs as configured. */
function withWeights(request: PlanRequest): PlanRequest {
  const { preferences, catalog } = request;
  const { weights } = catalog.routing;
  if (Object.keys(weights).length === 0) return request;
  const merged = { ...weights, ...preferences?.weights };
  return variantOf(request, { preferences: { ...preferences, weights: merged } });
}

/** Whatever else is asked of it is asked of the request: a copy would have its tokens estimated for nobody. */
function variantOf(request: PlanRequest, changes: Partial<PlanRequest>): PlanRequest {
  return Object.assign(Object.create(request) as PlanRequest, changes);
}

const MAX_USEFUL_WAIT_SECONDS = 60;

function refusalOf(model: string, exclusions: readonly Exclusion[]): GatewayError {
  const waits = exclusions.flatMap(({ remainingMs }) => remainingMs ?? []);
  const retryAfterSeconds = Math.min(...waits) / 1000;
  const options = waits.length ? { retryAfterSeconds } : {};
  // SDKs retry by themselves for a few seconds: in vain, where somebody has to mend something first.
  const shouldRetry = retryAfterSeconds <= MAX_USEFUL_WAIT_SECONDS;
  const told = exclusions.filter(({ reason }) => reason !== 'cannot_serve');
  if (told.length > 0 && told.every(({ reason }) => reason === 'rate_limited')) {
    return new AccountsRateLimitedError(
      `the upstream accounts for '${model}' are rate limited`,
      options,
    );
  }
  return new NoAccountAvailableError(`no account for '${model}' is available at the moment`, {
    ...options,
    ...(!shouldRetry && { shouldRetry }),
  });
}
