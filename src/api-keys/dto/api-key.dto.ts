import { BudgetDto } from '../../common/budget.dto.js';
import { formatUsd } from '../../common/money.js';
import type { ApiKey } from '../api-key.entity.js';
import { RateLimitDto } from './rate-limit.dto.js';

export class ApiKeyDto {
  id: string;

  /** Null for a key of the operator. */
  user_id: string | null;

  /** @example "Production" */
  name: string;

  /**
   * The beginning of the key, to recognise it by.
   * @example "sk-gw-4fT9Qx"
   */
  prefix: string;

  /** @example ["*"] */
  allowed_models: string[];

  is_enabled: boolean;

  rate_limit: RateLimitDto | null;

  requests_per_minute: number | null;

  tokens_per_minute: number | null;

  max_concurrency: number | null;

  budget: BudgetDto | null;

  expires_at: Date | null;

  routing_preferences: object | null;

  tags: string[];

  /** `file` when the configuration file declares it; then it is changed there. */
  managed_by: 'file' | null;

  /** Until when the key before the last rotation is still good; null when there is none. */
  previous_key_valid_until: Date | null;

  created_at: Date;

  updated_at: Date;

  static from(key: ApiKey): ApiKeyDto {
    return {
      id: key.id,
      user_id: key.ownerId,
      name: key.name,
      prefix: key.prefix,
      allowed_models: key.allowedModels,
      is_enabled: key.isEnabled,
      rate_limit: rateLimitOf(key),
      requests_per_minute: key.requestsPerMinute,
      tokens_per_minute: key.tokensPerMinute,
      max_concurrency: key.maxConcurrency,
      budget: budgetOf(key),
      expires_at: key.expiresAt,
      routing_preferences: key.routingPreferences,
      tags: key.tags,
      managed_by: key.managedBy,
      previous_key_valid_until: key.previousValidUntil,
      created_at: key.createdAt,
      updated_at: key.updatedAt,
    };
  }
}

export class ApiKeyPageDto {
  data: ApiKeyDto[];

  /** Null on the last page. */
  next_cursor: string | null;
}

function rateLimitOf({ requestsPerSecond, burstSize }: ApiKey): RateLimitDto | null {
  if (requestsPerSecond === null || burstSize === null) return null;
  return { requests_per_second: requestsPerSecond, burst_size: burstSize };
}

function budgetOf({ budgetNanoUsd, budgetPeriod }: ApiKey): BudgetDto | null {
  if (budgetNanoUsd === null || budgetPeriod === null) return null;
  return { amount_usd: formatUsd(budgetNanoUsd), period: budgetPeriod };
}
