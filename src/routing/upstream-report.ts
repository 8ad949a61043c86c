import { Injectable } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import type { AccountState } from './account-state.js';
import type { CircuitState } from './circuit-breaker/circuit-breaker.js';
import { exclusionOf, type ExclusionReason } from './exclusion.js';
import type { ServiceState } from './service-state.js';
import { UpstreamStates } from './upstream-states.js';

/** How one model on one account does, for people and metrics. */
export interface ServiceReport {
  readonly model: string;
  readonly circuit: CircuitState;
  /** Why it is not asked; null when it is. */
  readonly reason: ExclusionReason | null;
  /** Milliseconds until it is asked again; null when it is, or when nobody knows. */
  readonly remainingMs: number | null;
  readonly requestsInFlight: number;
  /** Of the last half minute, 0 to 1. */
  readonly failureShare: number;
  /** To the first token; null before the first answer. */
  readonly latencyMs: number | null;
  /** Of the provider's rate limit, 0 to 1; 1 where it does not tell. */
  readonly rateRemaining: number;
}

export interface AccountReport {
  readonly accountId: string;
  readonly accountName: string;
  readonly provider: string;
  /** The whole account is left alone, and why. */
  readonly parked: ExclusionReason | null;
  readonly remainingMs: number | null;
  readonly requestsInFlight: number;
  readonly services: readonly ServiceReport[];
}

/** Reads what routing knows. Only accounts that calls have been planned for are known. */
@Injectable()
export class UpstreamReport {
  constructor(
    private readonly states: UpstreamStates,
    private readonly clock: Clock,
  ) {}

  all(): AccountReport[] {
    return Array.from(this.states.all(), (state) => this.describe(state));
  }

  of(accountId: string): AccountReport | undefined {
    const state = this.states.find(accountId);
    return state && this.describe(state);
  }

  /** Accounts of which something is not asked at the moment. */
  troubled(): AccountReport[] {
    return this.all().filter(
      ({ parked, services }) => parked !== null || services.some(({ reason }) => reason !== null),
    );
  }

  private describe(state: AccountState): AccountReport {
    const now = this.clock.monotonic();
    const { account, parked, host, load } = state;
    const isUnreachable = host.waitMs(now) > 0;
    const remainingMs = Math.ceil(Math.max(parked.remainingMs(now), host.waitMs(now)));
    return {
      accountId: account.id,
      accountName: account.name,
      provider: account.adapter.provider,
      parked: parked.reason(now) ?? (isUnreachable ? 'host_unreachable' : null),
      remainingMs: remainingMs || null,
      requestsInFlight: load.count,
      services: Array.from(state.services.values(), (service) => describeService(service, now)),
    };
  }
}

function describeService(state: ServiceState, now: number): ServiceReport {
  const candidate = { account: state.account.account, model: state.model, state };
  const exclusion = exclusionOf(candidate, {
    now,
    canServe: true,
    isExcluded: false,
    fullForMs: 0,
  });
  return {
    model: state.model,
    circuit: state.breaker.state,
    reason: exclusion?.reason ?? null,
    remainingMs: exclusion?.remainingMs ?? null,
    requestsInFlight: state.inFlight,
    failureShare: state.breaker.failureShare(now),
    latencyMs: state.latencyMs(true),
    rateRemaining: state.remainingRate(now),
  };
}
