import { InvalidRequestError } from '../common/gateway-error.js';
import { parseUsd } from '../common/money.js';
import { ApiKey } from './api-key.entity.js';
import { ApiKeyDto } from './dto/api-key.dto.js';
import type { UpdateApiKeyDto } from './dto/update-api-key.dto.js';

/** A key that may do everything and has no limit; digest, prefix and name are still to come. */
export function unlimitedKey(id: string, now: Date): ApiKey {
  return Object.assign(new ApiKey(), {
    id,
    ownerId: null,
    previousDigest: null,
    previousValidUntil: null,
    externalId: null,
    allowedModels: ['*'],
    isEnabled: true,
    requestsPerSecond: null,
    burstSize: null,
    requestsPerMinute: null,
    tokensPerMinute: null,
    maxConcurrency: null,
    budgetNanoUsd: null,
    budgetPeriod: null,
    expiresAt: null,
    routingPreferences: null,
    tags: [],
    managedBy: null,
    createdAt: now,
    updatedAt: now,
  });
}

/**
 * Writes what the body names onto a key; what it leaves out stays, null takes a limit away.
 * Throws InvalidRequestError for an expiry in the past, unless it is the one the key already has.
 */
export function applySettings(key: ApiKey, body: UpdateApiKeyDto, now: Date): void {
  if (body.name !== undefined) key.name = body.name;
  if (body.allowed_models !== undefined) key.allowedModels = body.allowed_models;
  if (body.is_enabled !== undefined) key.isEnabled = body.is_enabled;
  if (body.tags !== undefined) key.tags = body.tags;
  if (body.rate_limit !== undefined) {
    key.requestsPerSecond = body.rate_limit?.requests_per_second ?? null;
    key.burstSize = body.rate_limit?.burst_size ?? null;
  }
  if (body.requests_per_minute !== undefined) key.requestsPerMinute = body.requests_per_minute;
  if (body.tokens_per_minute !== undefined) key.tokensPerMinute = body.tokens_per_minute;
  if (body.max_concurrency !== undefined) key.maxConcurrency = body.max_concurrency;
  if (body.budget !== undefined) {
    key.budgetNanoUsd = body.budget === null ? null : parseUsd(body.budget.amount_usd)!;
    key.budgetPeriod = body.budget?.period ?? null;
  }
  if (body.routing_preferences !== undefined) key.routingPreferences = body.routing_preferences;
  if (body.expires_at !== undefined) key.expiresAt = expiry(body.expires_at, key.expiresAt, now);
}

/** What the audit log compares: all that may be shown, without the times that change with every write. */
export function auditedState(key: ApiKey): object {
  const { created_at: _created, updated_at: _updated, ...state } = ApiKeyDto.from(key);
  return state;
}

function expiry(text: string | null, current: Date | null, now: Date): Date | null {
  if (text === null) return null;
  const moment = new Date(text);
  if (moment > now || moment.getTime() === current?.getTime()) return moment;
  throw new InvalidRequestError('expires_at must be in the future', { param: 'expires_at' });
}
