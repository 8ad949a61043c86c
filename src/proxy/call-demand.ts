import { Injectable } from '@nestjs/common';
import type { Service } from '../catalog/catalog.js';
import { GatewayConfig } from '../config/gateway-config.js';
import type { Demand } from '../limits/limiter.js';
import { NO_USAGE } from '../protocols/token-usage.js';
import { PriceBook } from '../stats/prices/price-book.js';
import type { ClientCall } from './client-call.js';
import { estimateInputTokens } from './estimate-usage.js';
import { expectedOutputTokens } from './expected-output.js';

/** What a call is expected to use, before anybody has been asked. */
@Injectable()
export class CallDemand {
  constructor(
    private readonly prices: PriceBook,
    private readonly config: GatewayConfig,
  ) {}

  of(call: ClientCall): Demand {
    const input = call.operation === 'count_tokens' ? 0 : estimateInputTokens(call.body);
    const output = expectedOutputTokens(call, this.config.environment.OUTPUT_TOKENS_ESTIMATE);
    return {
      tokens: input + output,
      nanoUsd: () => this.costOf(call, input, output),
      atMs: call.startedAt,
    };
  }

  /** At the dearest of those who serve the model; 0 where no price is known. */
  private costOf({ catalog, model, startedAt }: ClientCall, input: number, output: number): bigint {
    const usage = { ...NO_USAGE, inputTokens: input, outputTokens: output };
    let most = 0n;
    for (const { account, model: upstreamModel } of pricedApart(catalog.servicesFor(model))) {
      const { provider, priceProvider } = account.adapter;
      const consumption = { provider, priceProvider, model: upstreamModel, usage };
      const price = this.prices.price({ ...consumption, atMs: startedAt });
      if (price && price.costNanoUsd > most) most = price.costNanoUsd;
    }
    return most;
  }
}

const known = new WeakMap<readonly Service[], readonly Service[]>();

/** One of each price: a thousand accounts of one model cost the same. */
function pricedApart(services: readonly Service[]): readonly Service[] {
  let apart = known.get(services);
  if (!apart) {
    const byPrice = new Map<string, Service>();
    for (const service of services) {
      byPrice.set(`${service.account.adapter.provider} ${service.model}`, service);
    }
    apart = [...byPrice.values()];
    known.set(services, apart);
  }
  return apart;
}
