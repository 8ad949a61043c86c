import { hash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Chance } from '../../common/chance.js';
import { Clock } from '../../common/clock.js';
import type { Candidate, Candidates } from '../candidate.js';
import { HashRing, stringHash } from './hash-ring.js';
import type { Accepts, Picker, RoutingRequest, RoutingStrategy } from './routing-strategy.js';
import { SessionAffinity } from './session-affinity.js';
import { WeightedSampler } from './weighted-sampler.js';

const MAX_SESSIONS = 100_000;
/** The longest that a provider keeps a prompt cache. */
const SESSION_IDLE_MS = 3_600_000;
/** When so many owners in a row were refused, any account will do. */
const MAX_PASSED = 16;

/**
 * A session stays where it is as long as that account is accepted, and stays where it moved to. A new one is placed by
 * consistent hashing, so that instances agree without talking.
 */
@Injectable()
export class StickySessionStrategy implements RoutingStrategy {
  readonly name = 'sticky_session';
  /** Of all sets, so that a session does not move when the catalog changes. */
  private readonly affinity = new SessionAffinity({
    maxSessions: MAX_SESSIONS,
    idleMs: SESSION_IDLE_MS,
  });

  constructor(
    private readonly clock: Clock,
    private readonly chance: Chance,
  ) {}

  over(candidates: Candidates): Picker {
    const sampler = new WeightedSampler(candidates, this.chance);
    return new StickySessionPicker(sampler, this.affinity, this.clock);
  }
}

class StickySessionPicker implements Picker {
  private readonly ring: HashRing;
  private readonly byAccountId: ReadonlyMap<string, Candidate>;

  constructor(
    private readonly sampler: WeightedSampler,
    private readonly affinity: SessionAffinity,
    private readonly clock: Clock,
  ) {
    const { candidates } = sampler;
    this.ring = new HashRing(candidates);
    this.byAccountId = new Map(candidates.map((candidate) => [candidate.account.id, candidate]));
  }

  pick(request: RoutingRequest, accepts: Accepts): Candidate | undefined {
    if (request.session === null) return this.sampler.drawLighter(accepts);
    const now = this.clock.monotonic();
    // One session may use several models, and not every account serves all of them.
    const { keyId, model, session } = request;
    // Clients choose models and sessions: a digest bounds what is remembered of each.
    const key = hash('sha256', `${keyId}\0${model}\0${session}`, 'base64url');
    const current = this.byAccountId.get(this.affinity.accountOf(key, now) ?? '');
    if (current && accepts(current)) return current;
    const placed = this.place(stringHash(`${keyId}\0${session}`), accepts);
    if (placed) this.affinity.place(key, placed.account.id, now);
    return placed;
  }

  private place(hashed: number, accepts: Accepts): Candidate | undefined {
    const passed = new Set<number>();
    while (passed.size < MAX_PASSED) {
      const owner = this.ring.ownerOf(hashed, passed);
      if (owner < 0) return undefined;
      const candidate = this.sampler.candidates[owner]!;
      if (accepts(candidate)) return candidate;
      passed.add(owner);
    }
    return this.sampler.drawLighter(accepts);
  }
}
