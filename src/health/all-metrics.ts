import { AggregatorRegistry, register } from 'prom-client';
import type { Peers } from '../common/peers.js';
import { ALL_METRICS, OWN_METRICS, type Metric } from './metrics-topics.js';

/** What Prometheus sees: whichever worker it asks, the sum over all of them, or what a metric has instead of a sum. */
export class AllMetrics {
  constructor(private readonly peers: Peers) {
    peers.answer(OWN_METRICS, ownMetrics);
  }

  async text(): Promise<string> {
    const { primary } = this.peers;
    if (!primary) return register.metrics();
    return AggregatorRegistry.aggregate(await primary.ask(ALL_METRICS, undefined)).metrics();
  }
}

/** Those of this process. */
export async function ownMetrics(): Promise<Metric[]> {
  return (await register.getMetricsAsJSON()) as unknown as Metric[];
}
