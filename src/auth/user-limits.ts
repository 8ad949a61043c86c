import { parseUsd } from '../common/money.js';
import type { UsageLimitsDto } from '../common/usage-limits.dto.js';
import type { User } from './user.entity.js';

type LimitColumns = Pick<
  User,
  'requestsPerMinute' | 'tokensPerMinute' | 'maxConcurrency' | 'budgetNanoUsd' | 'budgetPeriod'
>;

/** The columns a body names; what it leaves out is not in the result, and null takes a limit away. */
export function limitColumns(body: UsageLimitsDto): Partial<LimitColumns> {
  const columns: Partial<LimitColumns> = {};
  if (body.requests_per_minute !== undefined) columns.requestsPerMinute = body.requests_per_minute;
  if (body.tokens_per_minute !== undefined) columns.tokensPerMinute = body.tokens_per_minute;
  if (body.max_concurrency !== undefined) columns.maxConcurrency = body.max_concurrency;
  if (body.budget !== undefined) {
    columns.budgetNanoUsd = body.budget === null ? null : parseUsd(body.budget.amount_usd)!;
    columns.budgetPeriod = body.budget?.period ?? null;
  }
  return columns;
}
