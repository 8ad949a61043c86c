import type { CatalogApiKey } from '../api-keys/catalog-api-key.js';
import type { UsageLimits } from '../common/usage-limits.js';
import { findAdapter } from '../providers/adapters/index.js';
import type { CatalogAccount as StoredAccount } from '../upstream-accounts/catalog-account.js';
import type { RoutingConfig } from '../routing-config/routing-config.js';
import { Catalog, type CatalogAccount, type CatalogKey } from './catalog.js';
import { toRoutingPreferences } from './routing-preferences.js';

export interface CatalogParts {
  readonly version: number;
  /** Wall clock, milliseconds. */
  readonly loadedAt: number;
  readonly keys: readonly CatalogApiKey[];
  readonly accounts: readonly StoredAccount[];
  readonly routing: RoutingConfig;
  readonly inactiveUserIds: ReadonlySet<string>;
  /** Of users that have any. */
  readonly userLimits?: ReadonlyMap<string, UsageLimits>;
  /** For accounts that do not say themselves. */
  readonly verifySsl: boolean;
}

/** What is enabled and whole becomes the catalog; an account that cannot work is left out and named, and hides no other. */
export function buildCatalog(parts: CatalogParts): Catalog {
  const accounts: CatalogAccount[] = [];
  const faults: { accountName: string; reason: string }[] = [];
  for (const stored of parts.accounts) {
    if (!stored.isEnabled) continue;
    const account = toAccount(stored, parts.verifySsl);
    if (typeof account === 'string') faults.push({ accountName: stored.name, reason: account });
    else accounts.push(account);
  }
  const { version, loadedAt, routing } = parts;
  return new Catalog({ version, loadedAt, keys: keysByDigest(parts), accounts, routing, faults });
}

function keysByDigest({
  keys,
  inactiveUserIds,
  userLimits,
}: CatalogParts): Map<string, CatalogKey> {
  const byDigest = new Map<string, CatalogKey>();
  for (const stored of keys) {
    const ownerIsGone = stored.ownerId !== null && inactiveUserIds.has(stored.ownerId);
    if (!stored.isEnabled || ownerIsGone) continue;
    const limits = limitsOf(stored);
    const ownerLimits = stored.ownerId === null ? undefined : userLimits?.get(stored.ownerId);
    for (const { digest, validUntilMs } of stored.digests) {
      byDigest.set(digest, {
        id: stored.id,
        name: stored.name,
        ownerId: stored.ownerId,
        allowedModels: stored.allowedModels,
        expiresAt: earlier(stored.expiresAtMs, validUntilMs),
        routingPreferences: toRoutingPreferences(stored.routingPreferences),
        tags: stored.tags,
        ...(limits && { limits }),
        ...(ownerLimits && { ownerLimits }),
      });
    }
  }
  return byDigest;
}

/** Undefined when there is no limit at all, so that most calls have one thing to look at. */
export function limitsOf(stored: UsageLimits): UsageLimits | undefined {
  const { rateLimit, requestsPerMinute, tokensPerMinute, maxConcurrency, budget } = stored;
  const limits = { rateLimit, requestsPerMinute, tokensPerMinute, maxConcurrency, budget };
  return Object.values(limits).some((limit) => limit !== null) ? limits : undefined;
}

function earlier(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b;
  return Math.min(a, b);
}

/** The account, or why there is none. */
function toAccount(stored: StoredAccount, verifySsl: boolean): CatalogAccount | string {
  if (stored.fault !== undefined) return stored.fault;
  const adapter = findAdapter(stored.provider);
  if (!adapter) return `unknown provider ${stored.provider}`;
  const baseUrl = stored.baseUrl ?? adapter.defaultBaseUrl;
  if (baseUrl === null) return `${stored.provider} needs a base_url`;
  const limits = limitsOf({ ...stored, rateLimit: null, budget: null });
  return {
    id: stored.id,
    name: stored.name,
    adapter,
    baseUrl,
    secret: stored.secret,
    weight: stored.weight,
    priority: stored.priority,
    models: stored.models,
    modelMapping: stored.modelMapping,
    verifyTls: stored.verifySsl ?? verifySsl,
    maxConcurrency: stored.maxConcurrency,
    circuit: stored.circuit,
    ...(limits && { limits }),
  };
}
