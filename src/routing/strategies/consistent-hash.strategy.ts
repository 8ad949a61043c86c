import { Injectable } from '@nestjs/common';
import { Chance } from '../../common/chance.js';
import type { Candidate, Candidates } from '../candidate.js';
import { HashRing, stringHash } from './hash-ring.js';
import type { Accepts, Picker, RoutingRequest, RoutingStrategy } from './routing-strategy.js';
import { WeightedSampler } from './weighted-sampler.js';

/** How far an account may be above its share of the requests in flight before others take over. */
const LOAD_BOUND = 1.25;
/**
 * When so many owners in a row were refused or full, the key is worth more than a fair share of all accounts, and has no place
 * of its own any more.
 */
const MAX_PASSED = 16;

/**
 * The same tenant and session to the same account, without remembering any. An account that has its fill passes requests on
 * to the key's next one (Mirrokni, Thorup and Zadimoghaddam, "Consistent Hashing with Bounded Loads", 2016).
 */
@Injectable()
export class ConsistentHashStrategy implements RoutingStrategy {
  readonly name = 'consistent_hash';

  constructor(private readonly chance: Chance) {}

  over(candidates: Candidates): Picker {
    return new ConsistentHashPicker(new WeightedSampler(candidates, this.chance));
  }
}

class ConsistentHashPicker implements Picker {
  private readonly ring: HashRing;
  private readonly endWatches: (() => void)[];
  private readonly loads: Float64Array;
  private totalLoad = 0;
  /** Refused when last asked: their share of the load falls to the others, or these would all count as full. */
  private readonly absent = new Set<Candidate>();
  private presentWeight: number;

  constructor(private readonly sampler: WeightedSampler) {
    const { candidates } = sampler;
    this.ring = new HashRing(candidates);
    this.presentWeight = candidates.reduce((sum, { account }) => sum + account.weight, 0);
    this.loads = new Float64Array(candidates.length);
    for (const index of candidates.keys()) this.count(index);
    this.endWatches = candidates.map(({ state }, index) =>
      state.account.load.watch(() => this.count(index)),
    );
  }

  pick({ keyId, session }: RoutingRequest, accepts: Accepts): Candidate | undefined {
    const hashed = stringHash(session === null ? keyId : `${keyId}\0${session}`);
    const passed = new Set<number>();
    while (passed.size < MAX_PASSED) {
      const owner = this.ring.ownerOf(hashed, passed);
      if (owner < 0) break;
      const candidate = this.sampler.candidates[owner]!;
      if (this.isPresent(candidate, accepts) && !this.isFull(candidate)) return candidate;
      passed.add(owner);
    }
    return this.sampler.drawLighter(accepts);
  }

  close(): void {
    for (const end of this.endWatches) end();
  }

  private count(index: number): void {
    const { count } = this.sampler.candidates[index]!.state.account.load;
    this.totalLoad += count - this.loads[index]!;
    this.loads[index] = count;
  }

  private isPresent(candidate: Candidate, accepts: Accepts): boolean {
    const { weight } = candidate.account;
    const isAccepted = accepts(candidate);
    if (isAccepted && this.absent.delete(candidate)) this.presentWeight += weight;
    if (!isAccepted && !this.absent.has(candidate)) {
      this.absent.add(candidate);
      this.presentWeight -= weight;
    }
    return isAccepted;
  }

  private isFull({ account, state }: Candidate): boolean {
    const share = account.weight / this.presentWeight;
    return state.account.load.count >= Math.ceil(LOAD_BOUND * (this.totalLoad + 1) * share);
  }
}
