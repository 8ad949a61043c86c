import type { CatalogApiKey } from '../api-keys/catalog-api-key.js';
import { findAdapter } from '../providers/adapters/index.js';
import type { StoredAccount } from '../upstream-accounts/stored-account.js';
import type { RoutingConfig } from '../routing-config/routing-config.js';
import { Catalog, type CatalogAccount, type CatalogKey } from './catalog.js';
import { limitsOf } from './limits-of.js';
import type { Owner } from './owners.js';
import { toRoutingPreferences } from './routing-preferences.js';

export interface CatalogParts {
  readonly version: number;
  /** Wall clock, milliseconds. */
  readonly loadedAt: number;
  readonly keys: readonly CatalogApiKey[];
  readonly accounts: readonly StoredAccount[];
  readonly routing: RoutingConfig;
  /** Users that make a difference to their keys, by their ids. */
  readonly owners: ReadonlyMap<string, Owner>;
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

function keysByDigest({ keys, owners }: CatalogParts): Map<string, CatalogKey> {
  const byDigest = new Map<string, CatalogKey>();
  for (const stored of keys) {
    const owner = stored.ownerId === null ? undefined : owners.get(stored.ownerId);
    if (!stored.isEnabled || owner?.isActive === false) continue;
    const limits = limitsOf(stored);
    const routingPreferences =
      toRoutingPreferences(stored.routingPreferences) ?? owner?.routingPreferences ?? null;
    for (const { digest, validUntilMs } of stored.digests) {
      byDigest.set(digest, {
        id: stored.id,
        name: stored.name,
        ownerId: stored.ownerId,
        allowedModels: stored.allowedModels,
        expiresAt: earlier(stored.expiresAtMs, validUntilMs),
        routingPreferences,
        tags: stored.tags,
        ...(limits && { limits }),
        ...(owner?.limits && { ownerLimits: owner.limits }),
      });
    }
  }
  return byDigest;
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
    circuit: stored.circuit,
    ...(limits && { limits }),
  };
}
