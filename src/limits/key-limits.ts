import type { CatalogKey } from '../catalog/catalog.js';
import type { Budget, UsageLimits } from '../common/usage-limits.js';
import { periodAt } from './budget-period.js';
import type {
  BudgetLimit,
  Claim,
  ConcurrencyLimit,
  LimitScope,
  RateLimit,
  WindowLimit,
} from './limit.js';

export type CountedLimit = RateLimit | WindowLimit | ConcurrencyLimit;

/** A budget of one key or one user. */
export interface OwnedBudget extends Budget {
  readonly scope: 'key' | 'user';
  readonly ownerId: string;
}

export interface KeyLimits {
  readonly counted: readonly CountedLimit[];
  readonly budgets: readonly OwnedBudget[];
}

const known = new WeakMap<CatalogKey, KeyLimits>();

/** Whether anything limits the key at all. */
export function isLimited({ limits, ownerLimits }: CatalogKey): boolean {
  return limits !== undefined || ownerLimits !== undefined;
}

/** The key's own limits and those it shares with its owner's other keys. */
export function limitsOfKey(key: CatalogKey): KeyLimits {
  let limits = known.get(key);
  if (!limits) {
    limits = build(key);
    known.set(key, limits);
  }
  return limits;
}

function build({ id, ownerId, limits, ownerLimits }: CatalogKey): KeyLimits {
  const counted: CountedLimit[] = [];
  const budgets: OwnedBudget[] = [];
  const owners = [
    ['key', id, limits],
    ['user', ownerId, ownerLimits],
  ] as const;
  for (const [scope, owner, its] of owners) {
    if (!its || owner === null) continue;
    counted.push(...countedLimits(scope, owner, its));
    if (its.budget) budgets.push({ scope, ownerId: owner, ...its.budget });
  }
  return { counted, budgets };
}

/** Every budget there is, each once. */
export function budgetsOf(keys: Iterable<CatalogKey>): OwnedBudget[] {
  const byOwner = new Map<string, OwnedBudget>();
  for (const key of keys) {
    if (!isLimited(key)) continue;
    for (const budget of limitsOfKey(key).budgets) {
      byOwner.set(`${budget.scope} ${budget.ownerId}`, budget);
    }
  }
  return [...byOwner.values()];
}

/** All but the budget. */
export function countedLimits(
  scope: LimitScope,
  owner: string,
  { rateLimit, requestsPerMinute, tokensPerMinute, maxConcurrency }: UsageLimits,
): CountedLimit[] {
  const limits: CountedLimit[] = [];
  const named = (name: string): { scope: LimitScope; id: string } => ({
    scope,
    id: `${scope}:${owner}:${name}`,
  });
  if (rateLimit) {
    const { requestsPerSecond: perSecond, burstSize: burst } = rateLimit;
    limits.push({ kind: 'rate', ...named('rate'), perSecond, burst });
  }
  if (requestsPerMinute !== null) {
    limits.push({ kind: 'requests', ...named('requests'), perMinute: requestsPerMinute });
  }
  if (tokensPerMinute !== null) {
    limits.push({ kind: 'tokens', ...named('tokens'), perMinute: tokensPerMinute });
  }
  if (maxConcurrency !== null) {
    limits.push({ kind: 'concurrency', ...named('concurrency'), max: maxConcurrency });
  }
  return limits;
}

/** What one request takes of a limit. */
export function claimOf(limit: CountedLimit, tokens: number): Claim {
  if (limit.kind === 'tokens') return { limit, amount: tokens };
  return limit.kind === 'requests' ? { limit, amount: 1 } : ({ limit } as Claim);
}

/** The budget in the period that a moment is in; the next period counts from nothing. */
export function budgetLimitAt(budget: OwnedBudget, wallClockMs: number): BudgetLimit {
  const { scope, ownerId, nanoUsd, period } = budget;
  const { startsAtMs, endsAtMs } = periodAt(period, wallClockMs);
  const id = `${scope}:${ownerId}:budget:${period}:${startsAtMs ?? 'ever'}`;
  return { kind: 'budget', id, scope, ownerId, nanoUsd, period, endsAtMs };
}
