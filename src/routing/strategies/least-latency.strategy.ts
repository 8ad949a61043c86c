import { Injectable } from '@nestjs/common';
import { Chance } from '../../common/chance.js';
import { Clock } from '../../common/clock.js';
import type { Candidate, Candidates } from '../candidate.js';
import { ExpectedWait } from './expected-wait.js';
import type { Accepts, Picker, RoutingRequest, RoutingStrategy } from './routing-strategy.js';
import { WeightedSampler } from './weighted-sampler.js';

/**
 * Two drawn by weight, and of them the one that will answer sooner (power of two choices): nearly as good as the fastest of
 * all, without everybody running to it.
 */
@Injectable()
export class LeastLatencyStrategy implements RoutingStrategy {
  readonly name = 'least_latency';

  constructor(
    private readonly clock: Clock,
    private readonly chance: Chance,
  ) {}

  over(candidates: Candidates): Picker {
    return new LeastLatencyPicker(
      new WeightedSampler(candidates, this.chance),
      new ExpectedWait(candidates, this.clock, this.chance),
    );
  }
}

class LeastLatencyPicker implements Picker {
  constructor(
    private readonly sampler: WeightedSampler,
    private readonly expectedWait: ExpectedWait,
  ) {}

  pick({ stream }: RoutingRequest, accepts: Accepts): Candidate | undefined {
    const first = this.sampler.draw(accepts);
    const second = first && this.sampler.draw(accepts, first);
    return second ? this.expectedWait.shorter(first, second, stream) : first;
  }

  score(candidate: Candidate, { stream }: RoutingRequest): number | null {
    return this.expectedWait.of(candidate, stream);
  }
}
