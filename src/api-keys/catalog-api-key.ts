import type { UsageLimits } from '../common/usage-limits.js';
import type { ApiKey } from './api-key.entity.js';

/** A key as the data plane reads it: plain, immutable, without the key itself. Disabled and expired ones are included. */
export interface CatalogApiKey extends UsageLimits {
  readonly id: string;
  /** The user it belongs to, who may be inactive; null for the operator's keys. */
  readonly ownerId: string | null;
  readonly name: string;
  /** What it is found by: the digest of ApiKeyHasher, and for a while the one before the last rotation. */
  readonly digests: readonly ApiKeyDigest[];
  readonly isEnabled: boolean;
  /** Milliseconds since the epoch. */
  readonly expiresAtMs: number | null;
  /** For allowsModel(). */
  readonly allowedModels: readonly string[];
  /** As stored. */
  readonly routingPreferences: object | null;
  readonly tags: readonly string[];
}

export interface ApiKeyDigest {
  /** Hexadecimal. */
  readonly digest: string;
  /** Milliseconds since the epoch; null is for ever. */
  readonly validUntilMs: number | null;
}

export function toCatalogApiKey(key: ApiKey): CatalogApiKey {
  return {
    id: key.id,
    ownerId: key.ownerId,
    name: key.name,
    digests: digestsOf(key),
    isEnabled: key.isEnabled,
    expiresAtMs: key.expiresAt?.getTime() ?? null,
    allowedModels: key.allowedModels,
    rateLimit:
      key.requestsPerSecond === null || key.burstSize === null
        ? null
        : { requestsPerSecond: key.requestsPerSecond, burstSize: key.burstSize },
    requestsPerMinute: key.requestsPerMinute,
    tokensPerMinute: key.tokensPerMinute,
    maxConcurrency: key.maxConcurrency,
    budget:
      key.budgetNanoUsd === null || key.budgetPeriod === null
        ? null
        : { nanoUsd: key.budgetNanoUsd, period: key.budgetPeriod },
    routingPreferences: key.routingPreferences,
    tags: key.tags,
  };
}

function digestsOf({ digest, previousDigest, previousValidUntil }: ApiKey): ApiKeyDigest[] {
  const current = { digest: digest.toString('hex'), validUntilMs: null };
  if (!previousDigest || !previousValidUntil) return [current];
  const validUntilMs = previousValidUntil.getTime();
  return [current, { digest: previousDigest.toString('hex'), validUntilMs }];
}
