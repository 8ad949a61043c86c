import type { Catalog, CatalogAccount } from '../catalog/catalog.js';
import type { Clock } from '../common/clock.js';
import type { AccountLimits } from '../limits/account-limits.js';
import type { OutcomeKind } from '../providers/outcome.js';
import type { Candidate } from './candidate.js';
import { Lease } from './lease.js';
import { modelRouting } from './model-routing.js';
import type { RoutingRequest } from './strategies/routing-strategy.js';

export interface SlowCallLimits {
  /** Milliseconds to the first token of a stream. */
  readonly streamMs: number;
  /** Milliseconds to a whole answer. */
  readonly wholeMs: number;
}

/** What accounts may be asked for at all. */
export type Capacity = Pick<AccountLimits, 'tryReserve' | 'fullForMs'>;

/** Claims accounts for calls: takes the permits and gives out what will return them. */
export class Leases {
  constructor(
    private readonly clock: Clock,
    private readonly limits: Capacity,
    private readonly slow: SlowCallLimits,
    private readonly alert: (candidate: Candidate, kind: OutcomeKind, detail: string) => void,
  ) {}

  /**
   * Null: somebody else has the permit of a probe, or the last place.
   * @param isRepeat the same account is asked again for the same request
   */
  claim(
    catalog: Catalog,
    {
      candidate,
      request,
      isRepeat,
    }: { candidate: Candidate; request: RoutingRequest; isRepeat: boolean },
  ): Lease | null {
    const now = this.clock.monotonic();
    const { state } = candidate;
    const permit = state.breaker.acquire(now);
    if (!permit) return null;
    const hostPermit = state.account.host.acquire(now);
    if (!hostPermit) {
      permit.giveBack();
      return null;
    }
    const place = this.limits.tryReserve(candidate.account, tokensOf(candidate.account, request));
    if (!place) {
      permit.giveBack();
      hostPermit.giveBack();
      return null;
    }
    const slowMs = this.slowMs(catalog, request);
    const claims = { permit, hostPermit, place };
    return new Lease(candidate, request, claims, this.clock, {
      isRepeat,
      slowMs,
      alert: this.alert,
    });
  }

  /** Milliseconds until an account may take a request by its own limits; 0: now. */
  fullForMs(account: CatalogAccount, request: RoutingRequest): number {
    return this.limits.fullForMs(account, tokensOf(account, request));
  }

  private slowMs({ routing }: Catalog, { model, stream }: RoutingRequest): number {
    if (!stream) return this.slow.wholeMs;
    return modelRouting(routing, model)?.slow_call_ms ?? this.slow.streamMs;
  }
}

/** Nobody counts the tokens of a request for an account without limits. */
function tokensOf({ limits }: CatalogAccount, request: RoutingRequest): number {
  return limits ? request.inputTokens + request.outputTokens : 0;
}
