import { Injectable } from '@nestjs/common';
import { Chance } from '../../common/chance.js';
import { Clock } from '../../common/clock.js';
import type { Candidate, Candidates } from '../candidate.js';
import { CostEstimator } from '../cost-estimator.js';
import { badness, bestOf, measure, type Best, type Measurement } from './adaptive-score.js';
import { EXPLORATION, isToBeMeasured } from './exploration.js';
import { meanWeight } from './relative-load.js';
import type { Accepts, Picker, RoutingRequest, RoutingStrategy } from './routing-strategy.js';
import { WeightedSampler } from './weighted-sampler.js';

/** So many are compared; of more accounts a sample. */
const SAMPLE_SIZE = 16;
/** A candidate whose score is worse by so much is picked e times less often. */
const TEMPERATURE = 0.05;

/**
 * Weighs latency, cost, reliability and capacity, as the key or its owner prefers, and draws better ones more often (softmax)
 * rather than always the best, so that nobody is overrun.
 */
@Injectable()
export class AdaptiveStrategy implements RoutingStrategy {
  readonly name = 'adaptive';

  constructor(
    private readonly clock: Clock,
    private readonly chance: Chance,
    private readonly costs: CostEstimator,
  ) {}

  over(candidates: Candidates): Picker {
    const sampler = new WeightedSampler(candidates, this.chance);
    return new AdaptivePicker(sampler, this.clock, this.chance, this.costs);
  }
}

class AdaptivePicker implements Picker {
  private readonly candidates: Candidates;
  private readonly meanWeight: number;
  private explained?: { readonly request: RoutingRequest; readonly best: Best };

  constructor(
    private readonly sampler: WeightedSampler,
    private readonly clock: Clock,
    private readonly chance: Chance,
    private readonly costs: CostEstimator,
  ) {
    this.candidates = sampler.candidates;
    this.meanWeight = meanWeight(sampler.candidates);
  }

  pick(request: RoutingRequest, accepts: Accepts): Candidate | undefined {
    const sample = this.sample(accepts);
    if (sample.length <= 1) return sample[0];
    return this.drawUnmeasured(sample, request) ?? this.drawByScore(sample, request);
  }

  /** Among all of the set. */
  score(candidate: Candidate, request: RoutingRequest): number {
    // To explain a request every candidate is asked for: the best is looked for once.
    if (this.explained?.request !== request) {
      this.explained = { request, best: bestOf(this.measureAll(this.candidates, request)) };
    }
    const [measurement] = this.measureAll([candidate], request);
    return badness(measurement!, this.explained.best, request.preferences);
  }

  private sample(accepts: Accepts): Candidate[] {
    if (this.candidates.length <= SAMPLE_SIZE) return this.candidates.filter(accepts);
    const sample: Candidate[] = [];
    for (let size = 0; size < SAMPLE_SIZE; size++) {
      const candidate = this.sampler.draw(accepts);
      if (!candidate) break;
      sample.push(candidate);
    }
    return sample;
  }

  private drawUnmeasured(sample: Candidate[], { stream }: RoutingRequest): Candidate | undefined {
    const now = this.clock.monotonic();
    const exploring = { stream, explore: this.chance.next() < EXPLORATION, now };
    const unmeasured = sample.filter((candidate) => isToBeMeasured(candidate, exploring));
    return unmeasured[Math.floor(this.chance.next() * unmeasured.length)];
  }

  private drawByScore(sample: Candidate[], request: RoutingRequest): Candidate {
    const measurements = this.measureAll(sample, request);
    const best = bestOf(measurements);
    const scores = measurements.map((each) => badness(each, best, request.preferences));
    const least = Math.min(...scores);
    // A sample has been drawn by weight already.
    const isWhole = this.candidates.length <= SAMPLE_SIZE;
    const attractions = scores.map((score, index) => {
      const attraction = Math.exp((least - score) / TEMPERATURE);
      return isWhole ? attraction * sample[index]!.account.weight : attraction;
    });
    let left = this.chance.next() * attractions.reduce((sum, attraction) => sum + attraction, 0);
    const drawn = attractions.findIndex((attraction) => (left -= attraction) < 0);
    return sample.at(drawn)!;
  }

  private measureAll(candidates: readonly Candidate[], request: RoutingRequest): Measurement[] {
    const knowledge = {
      now: this.clock.monotonic(),
      costs: this.costs,
      meanWeight: this.meanWeight,
    };
    return candidates.map((candidate) => measure(candidate, request, knowledge));
  }
}
