import { randomUUID } from 'node:crypto';
import type { BudgetClaim, Claim, LimitKind } from '../../src/limits/limit.js';

/** Claims on limits that no other test shares. */
export class Claims {
  private readonly owner = randomUUID();

  rate(perSecond: number, burst: number): Claim {
    return { limit: { kind: 'rate', ...this.scoped('rate'), perSecond, burst } };
  }

  requests(perMinute: number): Claim {
    return { limit: { kind: 'requests', ...this.scoped('requests'), perMinute }, amount: 1 };
  }

  tokens(perMinute: number, amount: number): Claim {
    return { limit: { kind: 'tokens', ...this.scoped('tokens'), perMinute }, amount };
  }

  concurrency(max: number): Claim {
    return { limit: { kind: 'concurrency', ...this.scoped('concurrency'), max } };
  }

  budget(amount: bigint, nanoUsd: bigint, spentAtLeast = 0n): BudgetClaim {
    const limit = {
      kind: 'budget',
      ...this.scoped('budget'),
      ownerId: this.owner,
      nanoUsd: amount,
      period: 'total',
      endsAtMs: null,
    } as const;
    return { limit, nanoUsd, spentAtLeast };
  }

  private scoped(kind: LimitKind): { id: string; scope: 'key' } {
    return { id: `${this.owner}:${kind}`, scope: 'key' };
  }
}
