import { Injectable } from '@nestjs/common';
import { Chance } from '../../common/chance.js';
import type { Candidate, Candidates } from '../candidate.js';
import type { Accepts, Picker, RoutingRequest, RoutingStrategy } from './routing-strategy.js';
import { WeightedSampler } from './weighted-sampler.js';

/** At random, in proportion to weight: no state, and no two instances in step. */
@Injectable()
export class RandomStrategy implements RoutingStrategy {
  readonly name = 'random';

  constructor(private readonly chance: Chance) {}

  over(candidates: Candidates): Picker {
    return new RandomPicker(new WeightedSampler(candidates, this.chance));
  }
}

class RandomPicker implements Picker {
  constructor(private readonly sampler: WeightedSampler) {}

  pick(_request: RoutingRequest, accepts: Accepts): Candidate | undefined {
    return this.sampler.draw(accepts);
  }
}
