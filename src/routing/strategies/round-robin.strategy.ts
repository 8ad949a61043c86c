import { Injectable } from '@nestjs/common';
import { Chance } from '../../common/chance.js';
import type { Candidates } from '../candidate.js';
import { Rotation } from './rotation.js';
import type { Picker, RoutingStrategy } from './routing-strategy.js';

/** One after the other, whatever their weight. */
@Injectable()
export class RoundRobinStrategy implements RoutingStrategy {
  readonly name = 'round_robin';

  constructor(private readonly chance: Chance) {}

  /** Begins anywhere: with many instances, or a catalog that changes often, the first account would get more than the others. */
  over(candidates: Candidates): Picker {
    return new Rotation(
      candidates,
      candidates.map(() => 1),
      this.chance.next(),
    );
  }
}
