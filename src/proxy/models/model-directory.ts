import type { Catalog, CatalogAccount, CatalogKey } from '../../catalog/catalog.js';
import type { Clock } from '../../common/clock.js';
import { allowsModel, isModelName } from '../../common/model-pattern.js';
import { fetchAnswer } from '../../providers/fetch-answer.js';
import type { UpstreamClient } from '../../providers/upstream-client.js';
import { readModelList, type ListedModel } from './model-list.js';

interface Listing {
  readonly models: readonly ListedModel[];
  /** Monotonic milliseconds. */
  readonly readAt: number;
}

export interface ModelDirectoryOptions {
  readonly ttlMs: number;
  readonly timeoutMs: number;
}

/** How long a failed list is not asked for again. */
const RETRY_MS = 10_000;

/** What can be called by its name: declared by accounts, or read from the lists of those that declare nothing. */
export class ModelDirectory {
  private readonly listings = new Map<string, Listing>();
  private readonly pending = new Map<string, Promise<Listing>>();

  constructor(
    private readonly client: UpstreamClient,
    private readonly clock: Clock,
    private readonly options: ModelDirectoryOptions,
  ) {}

  /** Each model once, in order of its name, that this key may use. */
  async list(catalog: Catalog, key: CatalogKey): Promise<ListedModel[]> {
    const lists = await Promise.all(catalog.accounts.map((account) => this.modelsOf(account)));
    const byId = new Map<string, ListedModel>();
    for (const model of lists.flat()) {
      if (allowsModel(key.allowedModels, model.id) && !byId.has(model.id))
        byId.set(model.id, model);
    }
    return [...byId.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  /** Forgets accounts that are gone or changed. */
  clear(): void {
    this.listings.clear();
    this.pending.clear();
  }

  private async modelsOf(account: CatalogAccount): Promise<readonly ListedModel[]> {
    const named = [...account.modelMapping.keys(), ...account.models.filter(isModelName)];
    const declared = named.map((id) => ({
      id,
      ownedBy: account.adapter.provider,
      createdAt: 0,
      displayName: id,
      raw: null,
    }));
    if (account.models.length > 0) return declared;
    const { models } = await this.listing(account);
    return [...declared, ...models];
  }

  private listing(account: CatalogAccount): Promise<Listing> {
    const known = this.listings.get(account.id);
    const age = known ? this.clock.monotonic() - known.readAt : Infinity;
    const maxAge = known?.models.length ? this.options.ttlMs : RETRY_MS;
    if (known && age < maxAge) return Promise.resolve(known);
    const asked = this.pending.get(account.id);
    if (asked) return asked;
    const reading = this.read(account).then((listing) => {
      // Unless everything was forgotten meanwhile.
      if (this.pending.get(account.id) === reading) {
        this.pending.delete(account.id);
        this.listings.set(account.id, listing);
      }
      return listing;
    });
    this.pending.set(account.id, reading);
    return reading;
  }

  /** A list that cannot be read is as good as the one before it. */
  private async read(account: CatalogAccount): Promise<Listing> {
    const { timeoutMs } = this.options;
    const { url, headers } = account.adapter.modelList(account);
    const answer = await fetchAnswer(this.client, account, {
      method: 'GET',
      url,
      headers: { ...headers, accept: 'application/json' },
      body: null,
      timeoutMs,
    });
    const models =
      'body' in answer && answer.status === 200
        ? readModelList(answer.body, account.adapter.provider)
        : (this.listings.get(account.id)?.models ?? []);
    return { models, readAt: this.clock.monotonic() };
  }
}
