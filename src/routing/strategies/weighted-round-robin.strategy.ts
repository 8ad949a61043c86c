import { Injectable } from '@nestjs/common';
import type { Candidate, Candidates } from '../candidate.js';
import type { RoutingRequest, RoutingStrategy } from './routing-strategy.js';

/** Names of models come from clients: only so many keep their place in the rotation. */
const MAX_ROTATIONS = 10_000;

/**
 * Smooth weighted round robin, as nginx has it: each turn everybody gains its weight, and who is picked pays the sum. Over
 * any run as long as the sum of weights each account gets exactly its weight, and never all of it at once.
 */
@Injectable()
export class WeightedRoundRobinStrategy implements RoutingStrategy {
  readonly name = 'weighted_round_robin';
  /** By requested model, then by account. */
  private readonly rotations = new Map<string, Map<string, number>>();

  pick(candidates: Candidates, { requestedModel }: RoutingRequest): Candidate {
    if (candidates.length === 1) return candidates[0];
    const credits = this.rotation(requestedModel);
    let best = candidates[0];
    let total = 0;
    for (const candidate of candidates) {
      const { id, weight } = candidate.account;
      credits.set(id, (credits.get(id) ?? 0) + weight);
      total += weight;
      if (credits.get(id)! > credits.get(best.account.id)!) best = candidate;
    }
    credits.set(best.account.id, credits.get(best.account.id)! - total);
    return best;
  }

  private rotation(model: string): Map<string, number> {
    let rotation = this.rotations.get(model);
    if (!rotation) {
      if (this.rotations.size >= MAX_ROTATIONS) this.rotations.clear();
      rotation = new Map();
      this.rotations.set(model, rotation);
    }
    return rotation;
  }
}
