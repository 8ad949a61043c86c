import {
  ALL_METRICS,
  LAST_METRICS,
  OWN_METRICS,
  type Metric,
  type MetricValue,
} from '../health/metrics-topics.js';
import { askAll } from './ask-all.js';
import type { WorkerProcess } from './worker-process.js';

type Member = Pick<WorkerProcess, 'channel' | 'onceSilent'>;

/**
 * Gathers the metrics of all workers, and keeps the totals of those that are gone: a counter that fell with them would look to
 * Prometheus as if it had begun anew, and everything counted so far would be counted once more.
 */
export class MetricsDesk {
  /** What each worker that lives said last. */
  private readonly last = new Map<Member, readonly Metric[]>();
  private readonly gone = new Totals();

  attend(worker: Member): void {
    this.last.set(worker, []);
    worker.channel.on(ALL_METRICS, () => this.collect());
    worker.channel.on(LAST_METRICS, (metrics) => this.remember(worker, metrics));
    worker.onceSilent(() => {
      this.gone.add(this.last.get(worker)!);
      this.last.delete(worker);
    });
  }

  private async collect(): Promise<Metric[][]> {
    const asked = await Promise.all(
      [...this.last.keys()].map(async (worker) => {
        const [metrics] = await askAll([worker], OWN_METRICS, undefined);
        if (metrics) this.remember(worker, metrics);
        return { worker, metrics: metrics ?? totalsAmong(this.last.get(worker) ?? []) };
      }),
    );
    // Those that have ended meanwhile are among the gone by now.
    const alive = asked.filter(({ worker }) => this.last.has(worker));
    return [...alive.map(({ metrics }) => metrics), this.gone.all];
  }

  private remember(worker: Member, metrics: readonly Metric[]): void {
    if (this.last.has(worker)) this.last.set(worker, metrics);
  }
}

/** What only ever grows, added up. */
class Totals {
  private readonly metrics = new Map<string, Metric>();
  /** By name of the metric, and of the value in it. */
  private readonly values = new Map<string, Map<string, MetricValue>>();

  get all(): Metric[] {
    return [...this.metrics.values()].map((metric) => ({
      ...metric,
      values: [...this.values.get(metric.name)!.values()],
    }));
  }

  add(metrics: readonly Metric[]): void {
    for (const metric of totalsAmong(metrics)) {
      this.metrics.set(metric.name, metric);
      const values = this.values.get(metric.name) ?? new Map<string, MetricValue>();
      this.values.set(metric.name, values);
      for (const more of metric.values) {
        const before = values.get(nameOf(more))?.value ?? 0;
        values.set(nameOf(more), { ...more, value: before + more.value });
      }
    }
  }
}

function totalsAmong(metrics: readonly Metric[]): Metric[] {
  return metrics.filter(({ type }) => type === 'counter' || type === 'histogram');
}

function nameOf({ metricName = '', labels }: MetricValue): string {
  const pairs = Object.entries(labels).map(([label, value]) => `${label}=${value}`);
  return [metricName, ...pairs.sort()].join(' ');
}
