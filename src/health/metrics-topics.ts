import { topic } from '../common/channel.js';

/** A metric with all its values, as prom-client tells it. */
export interface Metric {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly aggregator: string;
  readonly values: readonly MetricValue[];
}

export interface MetricValue {
  readonly value: number;
  readonly labels: Readonly<Record<string, string | number>>;
  /** Of a part of a histogram. */
  readonly metricName?: string;
}

/** To a worker: its own. */
export const OWN_METRICS = topic<void, Metric[]>('metrics');
/** To the primary: those of all workers, and the totals of those that are gone. */
export const ALL_METRICS = topic<void, Metric[][]>('all metrics');
/** To the primary, at the end of a worker. */
export const LAST_METRICS = topic<Metric[]>('last metrics');
