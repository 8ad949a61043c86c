import { Injectable } from '@nestjs/common';
import { Chance } from '../../common/chance.js';
import { Clock } from '../../common/clock.js';
import type { Candidate, Candidates } from '../candidate.js';
import { CostEstimator } from '../cost-estimator.js';
import { ExpectedWait } from './expected-wait.js';
import { isStalled } from './is-stalled.js';
import type { Accepts, Picker, RoutingRequest, RoutingStrategy } from './routing-strategy.js';
import { WeightedSampler } from './weighted-sampler.js';

/**
 * Where this very request costs least; among equals the one of two that will answer sooner. Whoever has stopped answering
 * is left to the circuit breaker, or every request would go there until it opens.
 */
@Injectable()
export class CostOptimizedStrategy implements RoutingStrategy {
  readonly name = 'cost_optimized';

  constructor(
    private readonly clock: Clock,
    private readonly chance: Chance,
    private readonly costs: CostEstimator,
  ) {}

  over(candidates: Candidates): Picker {
    const classes = Map.groupBy(
      candidates,
      ({ account, model }) => `${account.adapter.provider} ${model}`,
    );
    return new CostOptimizedPicker(
      [...classes.values()].map(
        (members) => new PriceClass(members as [Candidate, ...Candidate[]], this.chance),
      ),
      this.costs,
      this.chance,
      new ExpectedWait(candidates, this.clock, this.chance),
      this.clock,
    );
  }
}

/** Accounts that charge the same, because provider and model are the same. */
class PriceClass {
  readonly representative: Candidate;
  readonly weight: number;
  readonly sampler: WeightedSampler;

  constructor(members: Candidates, chance: Chance) {
    this.representative = members[0];
    this.weight = members.reduce((sum, { account }) => sum + account.weight, 0);
    this.sampler = new WeightedSampler(members, chance);
  }
}

class CostOptimizedPicker implements Picker {
  constructor(
    private readonly classes: readonly PriceClass[],
    private readonly costs: CostEstimator,
    private readonly chance: Chance,
    private readonly expectedWait: ExpectedWait,
    private readonly clock: Clock,
  ) {}

  pick(request: RoutingRequest, accepts: Accepts): Candidate | undefined {
    // What has no price may cost anything.
    const costs = this.classes.map(
      ({ representative }) => this.score(representative, request) ?? Infinity,
    );
    const now = this.clock.monotonic();
    let stalled: Candidate | undefined;
    let rest = [...this.classes.keys()];
    while (rest.length > 0) {
      const least = rest.reduce((cost, index) => Math.min(cost, costs[index]!), Infinity);
      const cheapest = rest.filter((index) => costs[index] === least);
      const candidate = this.quicker(cheapest, request, accepts);
      if (candidate && !isStalled(candidate, now)) return candidate;
      stalled ??= candidate;
      rest = rest.filter((index) => costs[index] !== least);
    }
    return stalled;
  }

  /** In nano-USD; null when no price is known. */
  score(candidate: Candidate, { inputTokens, outputTokens }: RoutingRequest): number | null {
    return this.costs.estimate(candidate, { input: inputTokens, output: outputTokens });
  }

  private quicker(
    indices: readonly number[],
    { stream }: RoutingRequest,
    accepts: Accepts,
  ): Candidate | undefined {
    const first = this.draw(indices, accepts);
    const second = first && this.draw(indices, accepts, first);
    return second ? this.expectedWait.shorter(first, second, stream) : first;
  }

  private draw(
    indices: readonly number[],
    accepts: Accepts,
    except?: Candidate,
  ): Candidate | undefined {
    const rest = [...indices];
    while (rest.length > 0) {
      const [index] = rest.splice(this.drawPlace(rest), 1);
      const candidate = this.classes[index!]!.sampler.draw(accepts, except);
      if (candidate) return candidate;
    }
    return undefined;
  }

  private drawPlace(indices: readonly number[]): number {
    if (indices.length === 1) return 0;
    const total = indices.reduce((sum, index) => sum + this.classes[index]!.weight, 0);
    let left = this.chance.next() * total;
    const place = indices.findIndex((index) => (left -= this.classes[index]!.weight) < 0);
    return Math.max(0, place);
  }
}
