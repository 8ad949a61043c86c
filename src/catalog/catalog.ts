import { allowsModel } from '../common/model-pattern.js';
import type { UsageLimits } from '../common/usage-limits.js';
import type { ProviderAdapter } from '../providers/provider-adapter.js';
import { DEFAULT_ROUTING, type RoutingConfig } from '../routing-config/routing-config.js';
import type { RoutingPreferences } from './routing-preferences.js';

/** A key that may be used now, without the key itself. */
export interface CatalogKey {
  readonly id: string;
  readonly name: string;
  /** Null for a key that belongs to no user. */
  readonly ownerId: string | null;
  readonly allowedModels: readonly string[];
  /** Milliseconds since the epoch; null: never. */
  readonly expiresAt: number | null;
  /** Its own, else its owner's. */
  readonly routingPreferences: RoutingPreferences | null;
  readonly tags: readonly string[];
  /** Absent: unlimited. */
  readonly limits?: UsageLimits;
  /** What all keys of the owner may use together. Absent: unlimited. */
  readonly ownerLimits?: UsageLimits;
}

/** An upstream account that may be called, with its credential. */
export interface CatalogAccount {
  readonly id: string;
  readonly name: string;
  readonly adapter: ProviderAdapter;
  readonly baseUrl: string;
  readonly secret: string;
  readonly weight: number;
  /** Lower is asked first. */
  readonly priority: number;
  /** Patterns; empty: whatever the provider serves. */
  readonly models: readonly string[];
  /** Client's name to the upstream's; a Map, because clients choose what is looked up. */
  readonly modelMapping: ReadonlyMap<string, string>;
  readonly verifyTls: boolean;
  /** What an operator has ordered of its circuit breakers. */
  readonly circuit: 'forced_open' | 'disabled' | null;
  /** What may be asked of it; no rate limit and no budget. Absent: unlimited. */
  readonly limits?: UsageLimits;
}

/** A model on an account that serves it. */
export interface Service {
  readonly account: CatalogAccount;
  /** The upstream's name of the model. */
  readonly model: string;
}

export interface CatalogContents {
  readonly version: number;
  /** Wall clock, milliseconds. */
  readonly loadedAt: number;
  /** By digest of the key. */
  readonly keys: ReadonlyMap<string, CatalogKey>;
  readonly accounts: readonly CatalogAccount[];
  readonly routing: RoutingConfig;
  /** Accounts that cannot be used and why, such as a credential that no key decrypts. */
  readonly faults: readonly { readonly accountName: string; readonly reason: string }[];
}

/** Model names come from clients: only so many answers are remembered. */
const MAX_REMEMBERED_MODELS = 10_000;

/** Everything a request is decided by: immutable, swapped whole, so that a request never sees half a change. */
export class Catalog implements CatalogContents {
  readonly version: number;
  readonly loadedAt: number;
  readonly keys: ReadonlyMap<string, CatalogKey>;
  readonly accounts: readonly CatalogAccount[];
  readonly routing: RoutingConfig;
  readonly faults: CatalogContents['faults'];
  private readonly services = new Map<string, readonly Service[]>();

  constructor({ version, loadedAt, keys, accounts, routing, faults }: CatalogContents) {
    this.version = version;
    this.loadedAt = loadedAt;
    this.keys = keys;
    this.accounts = accounts;
    this.routing = routing;
    this.faults = faults;
  }

  static readonly EMPTY = new Catalog({
    version: 0,
    loadedAt: 0,
    keys: new Map(),
    accounts: [],
    routing: DEFAULT_ROUTING,
    faults: [],
  });

  /**
   * The accounts that serve a model. Those that name it come before those of the model's own provider, and only where there
   * is neither do accounts that accept anything get it: a Claude model must not go to an OpenAI account that lists no models.
   */
  servicesFor(model: string): readonly Service[] {
    const known = this.services.get(model);
    if (known) return known;
    const found = this.find(model);
    if (this.services.size < MAX_REMEMBERED_MODELS) this.services.set(model, found);
    return found;
  }

  /** For people, who know keys by their ids; programs are found by the digest of theirs. */
  keyById(id: string): CatalogKey | undefined {
    for (const key of this.keys.values()) if (key.id === id) return key;
    return undefined;
  }

  private find(model: string): Service[] {
    const tiers = [namesModel, isFamilyOf, acceptsAnything];
    for (const serves of tiers) {
      const accounts = this.accounts.filter((account) => serves(account, model));
      if (accounts.length) {
        return accounts.map((account) => ({ account, model: upstreamName(account, model) }));
      }
    }
    return [];
  }
}

function upstreamName({ modelMapping }: CatalogAccount, model: string): string {
  return modelMapping.get(model) ?? model;
}

function namesModel({ models, modelMapping }: CatalogAccount, model: string): boolean {
  return modelMapping.has(model) || allowsModel(models, model);
}

function isFamilyOf({ models, adapter }: CatalogAccount, model: string): boolean {
  return models.length === 0 && (adapter.modelFamily?.test(model) ?? false);
}

function acceptsAnything({ models }: CatalogAccount): boolean {
  return models.length === 0;
}
