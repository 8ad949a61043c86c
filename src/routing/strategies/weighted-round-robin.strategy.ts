import { Injectable } from '@nestjs/common';
import { Chance } from '../../common/chance.js';
import type { Candidates } from '../candidate.js';
import { Rotation } from './rotation.js';
import type { Picker, RoutingStrategy } from './routing-strategy.js';

/** Smooth: in each full turn every account gets exactly its weight, spread over the turn. */
@Injectable()
export class WeightedRoundRobinStrategy implements RoutingStrategy {
  readonly name = 'weighted_round_robin';

  constructor(private readonly chance: Chance) {}

  /** Begins anywhere: with many instances, or a catalog that changes often, the first account would get more than its weight. */
  over(candidates: Candidates): Picker {
    return new Rotation(
      candidates,
      candidates.map(({ account }) => account.weight),
      this.chance.next(),
    );
  }
}
