import { Injectable } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { NO_USAGE } from '../protocols/token-usage.js';
import { PriceBook } from '../stats/prices/price-book.js';
import type { Candidate } from './candidate.js';
import { CostEstimator } from './cost-estimator.js';

/** Estimates by the prices that the request will be charged with. */
@Injectable()
export class PriceCostEstimator extends CostEstimator {
  constructor(
    private readonly prices: PriceBook,
    private readonly clock: Clock,
  ) {
    super();
  }

  estimate(
    { account, model }: Candidate,
    { input, output }: { readonly input: number; readonly output: number },
  ): number | null {
    const { provider, priceProvider } = account.adapter;
    const usage = { ...NO_USAGE, inputTokens: input, outputTokens: output };
    const atMs = this.clock.now();
    const price = this.prices.price({ provider, priceProvider, model, usage, atMs });
    return price && Number(price.costNanoUsd);
  }
}
