import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Logger } from '../../common/logger.js';
import { FileFault } from '../../config/config-error.js';
import { GatewayConfig } from '../../config/gateway-config.js';
import {
  totalInputTokens,
  totalOutputTokens,
  type TokenUsage,
} from '../../protocols/token-usage.js';
import { findAdapter } from '../../providers/adapters/index.js';
import type { PriceSource } from '../usage-record.js';
import { erniePrice } from './ernie-prices.js';
import { PriceList } from './price-list.js';
import { ratesOf, type PriceSheet } from './price-sheet.js';
import { costOf, type Rates } from './rates.js';

/** `provider/model` or `model` to what it costs, as the configuration file has them. */
export type PriceOverrides = Readonly<Record<string, PriceSheet>>;

/** A price that people have set by the API. */
export interface StoredPrice {
  /** `provider/model` or `model`. */
  readonly model: string;
  /** Wall clock; good until the next of the same name. */
  readonly validFromMs: number;
  readonly sheet: PriceSheet;
}

export interface Consumption {
  /** The gateway's id of the provider. */
  provider: string;
  /** The provider's id in the price list; null when it has no list prices, as a server of one's own. */
  priceProvider: string | null;
  /** The upstream's name. */
  model: string;
  usage: TokenUsage;
  /** Wall clock: prices change. */
  atMs: number;
}

export interface Price {
  costNanoUsd: bigint;
  source: PriceSource;
}

interface Version {
  readonly fromMs: number;
  readonly rates: Rates;
}

/** Model names may come from clients. */
const MAX_REPORTED = 1_000;

/** What a call costs: the operator's own prices before list prices. */
@Injectable()
export class PriceBook implements OnApplicationBootstrap {
  private readonly list = new PriceList();
  private readonly reported = new Set<string>();
  private fromFile = new Map<string, Version[]>();
  private stored = new Map<string, Version[]>();

  constructor(
    config: GatewayConfig,
    private readonly logger: Logger,
  ) {
    this.setOverrides(config.file?.prices ?? {});
  }

  /** Off the path of the first request, which would wait for the list to load. */
  onApplicationBootstrap(): void {
    setImmediate(() => this.list.load());
  }

  /** Replaces those of the configuration file, as when it is reloaded. Throws FileFault and changes nothing. */
  setOverrides(overrides: PriceOverrides): void {
    this.prepareOverrides(overrides)();
  }

  /** Checks new prices, so that what is returned cannot fail: it puts them into force. Throws FileFault. */
  prepareOverrides(overrides: PriceOverrides): () => void {
    const next = byName(
      Object.entries(overrides).map(([key, sheet]) => {
        const rates = ratesOf(sheet, (field) => {
          throw new FileFault(
            ['prices', key, field],
            `prices.${key}.${field}: not an amount of USD`,
          );
        });
        return [key, { fromMs: -Infinity, rates }];
      }),
    );
    return () => (this.fromFile = next);
  }

  /** Replaces those that were set by the API. One that cannot be read is left out, and hides no other. */
  setStored(prices: readonly StoredPrice[]): void {
    this.stored = byName(
      prices.flatMap(({ model, validFromMs, sheet }) => {
        const rates = this.readableRates(model, sheet);
        return rates ? [[model, { fromMs: validFromMs, rates }] as const] : [];
      }),
    );
  }

  private readableRates(model: string, sheet: PriceSheet): Rates | null {
    try {
      return ratesOf(sheet, (field) => {
        throw new Error(`the price of ${model} has a faulty ${field}`);
      });
    } catch (error) {
      this.logger.error('a price cannot be used', 'Stats', error);
      return null;
    }
  }

  /** Whether the configuration file has a price of this name or of the same under another name. */
  isInFile(key: string): boolean {
    return namesOf(key).some((name) => this.fromFile.has(name));
  }

  /** Null when nobody has told the price, never a cost of 0 for it. */
  price(consumption: Consumption): Price | null {
    const { provider, priceProvider, model, usage, atMs } = consumption;
    const own = this.own(`${provider}/${model}`, atMs) ?? this.own(model, atMs);
    if (own) return this.toPrice(consumption, own, 'override');
    const listed = priceProvider === null ? null : this.list.find(priceProvider, model, atMs);
    if (listed) return this.toPrice(consumption, listed.rates, listed.source);
    const ernie = provider.startsWith('ernie') ? erniePrice(model) : null;
    if (ernie) return this.toPrice(consumption, ernie.rates, ernie.isExact ? 'catalog' : 'prefix');
    if (totalInputTokens(usage) + totalOutputTokens(usage) > 0) this.report(provider, model);
    return null;
  }

  private toPrice(
    { provider, model, usage }: Consumption,
    rates: Rates,
    source: PriceSource,
  ): Price | null {
    const costNanoUsd = costOf(usage, rates);
    if (costNanoUsd === null) {
      this.report(provider, model);
      return null;
    }
    // Told, not refused: the tokens are most of it, and a budget needs them counted.
    if (usage.serverTools?.webSearches && rates.webSearch === undefined) {
      this.report(provider, model, 'web searches of ');
    }
    return { costNanoUsd, source };
  }

  private own(name: string, atMs: number): Rates | undefined {
    const versions = this.fromFile.get(name) ?? this.stored.get(name);
    return versions?.find(({ fromMs }) => fromMs <= atMs)?.rates;
  }

  /** Once for each model: somebody has to set a price. */
  private report(provider: string, model: string, part = ''): void {
    const what = `${part}${provider}/${model}`;
    if (this.reported.has(what) || this.reported.size >= MAX_REPORTED) return;
    this.reported.add(what);
    this.logger.warn(`no price is known for ${what}: its use is recorded without a cost`, 'Stats');
  }
}

/** The latest first. */
function byName(prices: readonly (readonly [string, Version])[]): Map<string, Version[]> {
  const found = new Map<string, Version[]>();
  for (const [key, version] of prices) {
    for (const name of namesOf(key)) {
      const versions = [...(found.get(name) ?? []), version];
      found.set(
        name,
        versions.toSorted((a, b) => b.fromMs - a.fromMs),
      );
    }
  }
  return found;
}

/**
 * `claude/x` means `anthropic/x`, for people use several names for a provider; but it may just as well be all of a model's
 * name, as with those that OpenRouter serves.
 */
function namesOf(key: string): string[] {
  const slash = key.indexOf('/');
  const adapter = slash > 0 ? findAdapter(key.slice(0, slash)) : undefined;
  return adapter ? [...new Set([key, adapter.provider + key.slice(slash)])] : [key];
}
