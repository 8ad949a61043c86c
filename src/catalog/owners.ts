import type { EntityManager } from 'typeorm';
import type { BudgetPeriod, UsageLimits } from '../common/usage-limits.js';
import { limitsOf } from './limits-of.js';
import { toRoutingPreferences, type RoutingPreferences } from './routing-preferences.js';

/** What of a user bears on the user's keys. */
export interface Owner {
  readonly isActive: boolean;
  /** For all keys together. */
  readonly limits: UsageLimits | undefined;
  readonly routingPreferences: RoutingPreferences | null;
}

interface UserRow {
  id: string;
  is_active: boolean;
  routing_preferences: object | null;
  requests_per_minute: number | null;
  tokens_per_minute: number | null;
  max_concurrency: number | null;
  budget_nano_usd: string | null;
  budget_period: BudgetPeriod | null;
}

const NOTABLE_USERS = `
  SELECT id, is_active, routing_preferences, requests_per_minute, tokens_per_minute, max_concurrency,
    budget_nano_usd, budget_period
  FROM users
  WHERE NOT is_active OR num_nonnulls(
    routing_preferences, requests_per_minute, tokens_per_minute, max_concurrency, budget_nano_usd) > 0`;

/** The users that make a difference, by their ids: most make none. */
export async function loadOwners(manager: EntityManager): Promise<Map<string, Owner>> {
  const rows = await manager.query<UserRow[]>(NOTABLE_USERS);
  return new Map(rows.map((row) => [row.id, toOwner(row)]));
}

function toOwner(row: UserRow): Owner {
  const { budget_nano_usd: nanoUsd, budget_period: period } = row;
  return {
    isActive: row.is_active,
    limits: limitsOf({
      rateLimit: null,
      requestsPerMinute: row.requests_per_minute,
      tokensPerMinute: row.tokens_per_minute,
      maxConcurrency: row.max_concurrency,
      budget: nanoUsd === null || period === null ? null : { nanoUsd: BigInt(nanoUsd), period },
    }),
    routingPreferences: toRoutingPreferences(row.routing_preferences),
  };
}
