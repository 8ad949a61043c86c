import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { parseUsd } from '../common/money.js';
import { FileFault } from '../config/config-error.js';
import { GatewayConfig } from '../config/gateway-config.js';
import type { TokenUsage } from '../protocols/token-usage.js';
import { findAdapter } from '../providers/adapters/index.js';
import { PriceList } from './price-list.js';
import { costOf, type Rates, type TieredRate } from './rates.js';
import type { PriceSource } from './usage-record.js';

/** `provider/model` or `model` to USD per million tokens, as the configuration file has them. */
export type PriceOverrides = NonNullable<GatewayConfig['file']>['prices'];

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

/** What a call costs: the operator's own prices before list prices. */
@Injectable()
export class PriceBook implements OnApplicationBootstrap {
  private readonly list = new PriceList();
  private overrides = new Map<string, Rates>();

  constructor(config: GatewayConfig) {
    this.setOverrides(config.file?.prices ?? {});
  }

  /** Off the path of the first request, which would wait for the list to load. */
  onApplicationBootstrap(): void {
    setImmediate(() => this.list.load());
  }

  /** Replaces all of them at once. Throws FileFault and changes nothing. */
  setOverrides(overrides: PriceOverrides): void {
    this.prepareOverrides(overrides)();
  }

  /** Checks new prices, so that what is returned cannot fail: it puts them into force. Throws FileFault. */
  prepareOverrides(overrides: PriceOverrides): () => void {
    const next = new Map(
      Object.entries(overrides).flatMap(([key, price]) => {
        const rates = toRates(key, price);
        return namesOf(key).map((name) => [name, rates] as const);
      }),
    );
    return () => (this.overrides = next);
  }

  /** Null when nobody has told the price, never a cost of 0 for it. */
  price({ provider, priceProvider, model, usage, atMs }: Consumption): Price | null {
    const own = this.overrides.get(`${provider}/${model}`) ?? this.overrides.get(model);
    if (own) return toPrice(costOf(usage, own), 'override');
    const listed = priceProvider === null ? null : this.list.find(priceProvider, model, atMs);
    return listed && toPrice(costOf(usage, listed.rates), listed.source);
  }
}

function toPrice(costNanoUsd: bigint | null, source: PriceSource): Price | null {
  return costNanoUsd === null ? null : { costNanoUsd, source };
}

/**
 * `claude/x` means `anthropic/x`, for people use several names for a provider; but it may just as well be all of a model's
 * name, as with those that OpenRouter serves.
 */
function namesOf(key: string): string[] {
  const slash = key.indexOf('/');
  const adapter = slash > 0 ? findAdapter(key.slice(0, slash)) : undefined;
  return adapter ? [key, adapter.provider + key.slice(slash)] : [key];
}

function toRates(key: string, price: PriceOverrides[string]): Rates {
  const rate = (field: keyof typeof price): TieredRate | undefined => {
    if (price[field] === undefined) return undefined;
    const base = parseUsd(price[field]);
    if (base === undefined) {
      throw new FileFault(['prices', key, field], `prices.${key}.${field}: not an amount of USD`);
    }
    return { base, tiers: [] };
  };
  return {
    input: rate('input'),
    output: rate('output'),
    cacheRead: rate('cache_read'),
    cacheWrite: rate('cache_write'),
    cacheWrite1h: rate('cache_write_1h'),
    inputAudio: rate('input_audio'),
    outputAudio: rate('output_audio'),
  };
}
