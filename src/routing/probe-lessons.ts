import type { CatalogAccount } from '../catalog/catalog.js';
import type { Clock } from '../common/clock.js';
import type { Outcome } from '../providers/outcome.js';
import { PARKED_MS } from './lease.js';
import type { UpstreamStates } from './upstream-states.js';

/** Of one probe. */
export interface Lesson {
  readonly accountId: string;
  readonly outcome: Outcome;
}

/**
 * What a free probe says of an account: far less than a call does, for a model list is served when models are not. It tells
 * whether the host can be reached and whether the credential is taken, and nothing about any model.
 */
export class ProbeLessons {
  constructor(
    private readonly states: UpstreamStates,
    private readonly clock: Clock,
    /** Told of each lesson, for others who should learn it. */
    private readonly share: (lesson: Lesson) => void = () => {},
  ) {}

  /** Whether its calls have not said as much lately, for free. */
  wouldTeach(account: CatalogAccount, withinMs: number): boolean {
    const now = this.clock.monotonic();
    const { services } = this.states.accountOf(account);
    for (const { lastSuccessAt } of services.values()) {
      if (now - lastSuccessAt < withinMs) return false;
    }
    return true;
  }

  learn(account: CatalogAccount, outcome: Outcome): void {
    this.take(account, outcome);
    this.share({ accountId: account.id, outcome });
  }

  /** What somebody else has learnt. */
  take(account: CatalogAccount, { kind, status }: Outcome): void {
    const now = this.clock.monotonic();
    const { host, parked } = this.states.accountOf(account);
    const permit = host.acquire(now);
    if (kind === 'unreachable') permit?.record('failure');
    else if (status !== null) permit?.record('success');
    permit?.giveBack();
    if (kind === 'credential_rejected') parked.extend(kind, now + PARKED_MS[kind]);
    // A used-up quota does not show in a model list: only a call, or time, ends that.
    else if (kind === 'success' && parked.reason(now) === 'credential_rejected') parked.end();
  }
}
