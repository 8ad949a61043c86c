import type { Catalog } from '../catalog/catalog.js';
import type { Clock } from '../common/clock.js';
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

/** Claims accounts for calls: takes the permits and gives out what will return them. */
export class Leases {
  constructor(
    private readonly clock: Clock,
    private readonly slow: SlowCallLimits,
    private readonly alert: (candidate: Candidate, kind: OutcomeKind, detail: string) => void,
  ) {}

  /**
   * Null: somebody else has the permit of a probe.
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
    const slowMs = this.slowMs(catalog, request);
    return new Lease(candidate, request, permit, hostPermit, this.clock, {
      isRepeat,
      slowMs,
      alert: this.alert,
    });
  }

  private slowMs({ routing }: Catalog, { model, stream }: RoutingRequest): number {
    if (!stream) return this.slow.wholeMs;
    return modelRouting(routing, model)?.slow_call_ms ?? this.slow.streamMs;
  }
}
