import type { Catalog } from '../catalog/catalog.js';
import { GatewayError, NotFoundError } from '../common/gateway-error.js';
import type { Outcome } from '../providers/outcome.js';
import type { ProviderAdapter } from '../providers/provider-adapter.js';
import type { AccountHealth } from './account-health.js';
import type { Candidate } from './candidate.js';
import { Plan, type Exclusion } from './plan.js';
import type { RoutingStrategy } from './strategies/routing-strategy.js';

export class ModelNotFoundError extends NotFoundError {
  override readonly code = 'model_not_found';
}

/** Accounts serve the model, but none may be asked now. */
export class NoAccountAvailableError extends GatewayError {
  readonly status = 503;
  readonly code = 'no_account_available';
}

export interface PlanRequest {
  readonly catalog: Catalog;
  /** The client's name of the model. */
  readonly model: string;
  /** Whether a provider can be asked this at all. */
  readonly canServe: (adapter: ProviderAdapter) => boolean;
}

/** Decides whom a request asks, and learns from how it went. */
export class RoutingService {
  constructor(
    private readonly strategy: RoutingStrategy,
    private readonly health: AccountHealth,
  ) {}

  /** Throws ModelNotFoundError and NoAccountAvailableError. */
  plan({ catalog, model, canServe }: PlanRequest): Plan {
    const services = catalog.servicesFor(model).filter(({ account }) => canServe(account.adapter));
    if (services.length === 0) {
      throw new ModelNotFoundError(`the model '${model}' does not exist or is not served here`, {
        param: 'model',
      });
    }
    const exclusions: Exclusion[] = [];
    let soonestMs = Infinity;
    const available = services.filter((service) => {
      const restMs = this.health.restOf(service);
      if (restMs === 0) return true;
      soonestMs = Math.min(soonestMs, restMs);
      exclusions.push(this.exclusionOf(service));
      return false;
    });
    if (available.length === 0) {
      throw new NoAccountAvailableError(`no account for '${model}' is available at the moment`, {
        retryAfterSeconds: soonestMs / 1000,
      });
    }
    return new Plan(available, exclusions, this.strategy, { requestedModel: model });
  }

  record(candidate: Candidate, outcome: Outcome): void {
    this.health.record(candidate, outcome);
  }

  /** For status pages and probes: why an account is not asked for a model; null when it is. */
  reasonFor(candidate: Candidate): string | null {
    return this.health.reasonFor(candidate);
  }

  private exclusionOf(service: Candidate): Exclusion {
    const { id, name } = service.account;
    return {
      accountId: id,
      accountName: name,
      reason: this.health.reasonFor(service) ?? 'unavailable',
    };
  }
}
