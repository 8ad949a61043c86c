import type { Chance } from '../../common/chance.js';
import type { Clock } from '../../common/clock.js';
import type { Candidate, Candidates } from '../candidate.js';
import { EXPLORATION, isToBeMeasured } from './exploration.js';
import { crowding, meanWeight } from './relative-load.js';

/** What nobody has measured yet counts as so many times slower than what it is compared with, while it is being measured. */
const UNKNOWN_HANDICAP = 2;
/** Even one that has only failed is not infinitely bad: it must stay comparable. */
const LEAST_SUCCESS = 0.01;

/**
 * How long a request would wait at a candidate: its peak EWMA, longer for each request in its way, and again for each try that
 * fails (Finagle's peak EWMA times load, over the share of successes).
 */
export class ExpectedWait {
  private readonly meanWeight: number;

  constructor(
    candidates: Candidates,
    private readonly clock: Clock,
    private readonly chance: Chance,
  ) {
    this.meanWeight = meanWeight(candidates);
  }

  /** Milliseconds; null while there is no sample. */
  of(candidate: Candidate, stream: boolean): number | null {
    const latencyMs = candidate.state.latencyMs(stream);
    return latencyMs === null ? null : latencyMs * this.repeats(candidate, this.clock.monotonic());
  }

  /** The one of two to ask: one that must be measured, else the one that will answer sooner. */
  shorter(first: Candidate, second: Candidate, stream: boolean): Candidate {
    const now = this.clock.monotonic();
    const exploring = { stream, explore: this.chance.next() < EXPLORATION, now };
    if (isToBeMeasured(first, exploring)) return first;
    if (isToBeMeasured(second, exploring)) return second;
    const [known, otherKnown] = [first.state.latencyMs(stream), second.state.latencyMs(stream)];
    const latencyMs = known ?? UNKNOWN_HANDICAP * (otherKnown ?? 1);
    const otherMs = otherKnown ?? UNKNOWN_HANDICAP * (known ?? 1);
    return latencyMs * this.repeats(first, now) <= otherMs * this.repeats(second, now)
      ? first
      : second;
  }

  private repeats({ account, state }: Candidate, now: number): number {
    const successShare = Math.max(LEAST_SUCCESS, 1 - state.breaker.failureShare(now));
    return crowding(state.inFlight, account.weight, this.meanWeight) / successShare;
  }
}
