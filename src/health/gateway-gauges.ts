import { Injectable } from '@nestjs/common';
import { Gauge, register } from 'prom-client';
import { CurrentCatalog } from '../catalog/current-catalog.js';
import type { CircuitState } from '../routing/circuit-breaker/circuit-breaker.js';
import { UpstreamReport } from '../routing/upstream-report.js';
import { Ledger } from '../stats/ledger.js';
import { HealthComponents } from './components/health-components.js';

const CIRCUIT_VALUES: Readonly<Record<CircuitState, number>> = {
  closed: 0,
  half_open: 1,
  open: 2,
  forced_open: 3,
  disabled: 4,
};
/** Names of models come from clients: an account shows only so many. */
const MAX_MODELS = 50;

/** State that is read when Prometheus asks, and costs nothing between. Of several workers the worst counts; amounts are added up. */
@Injectable()
export class GatewayGauges {
  constructor(
    current: CurrentCatalog,
    upstreams: UpstreamReport,
    ledger: Ledger,
    components: HealthComponents,
  ) {
    const registers = [register];
    new Gauge({
      name: 'llm_proxy_provider_health',
      help: '1: the account may be asked; 0: the whole account rests',
      labelNames: ['provider', 'account'],
      aggregator: 'min',
      registers,
      collect() {
        this.reset();
        for (const { id, name, adapter } of current.catalog.accounts) {
          const isParked = (upstreams.of(id)?.parked ?? null) !== null;
          this.set({ provider: adapter.provider, account: name }, isParked ? 0 : 1);
        }
      },
    });
    new Gauge({
      name: 'llm_proxy_circuit_state',
      help: 'Of each model on each account: 0 closed, 1 half-open, 2 open, 3 forced open, 4 disabled',
      labelNames: ['account', 'model'],
      aggregator: 'max',
      registers,
      collect() {
        this.reset();
        for (const { accountName, services } of upstreams.all()) {
          for (const { model, circuit } of services.slice(0, MAX_MODELS)) {
            this.set({ account: accountName, model }, CIRCUIT_VALUES[circuit]);
          }
        }
      },
    });
    new Gauge({
      name: 'llm_proxy_ledger_backlog',
      help: 'Usage records that are not in PostgreSQL yet',
      registers,
      collect() {
        this.set(ledger.backlog);
      },
    });
    new Gauge({
      name: 'llm_proxy_journal_bytes',
      help: 'Usage records on the disk that are not in PostgreSQL yet',
      registers,
      collect() {
        this.set(ledger.storedBytes);
      },
    });
    new Gauge({
      name: 'llm_proxy_journal_share',
      help: 'The part of its space that the journal has taken; at 1 nothing is served, alert at 0.8',
      aggregator: 'max',
      registers,
      collect() {
        this.set(ledger.storedShare);
      },
    });
    new Gauge({
      name: 'llm_proxy_degraded',
      help: '1: the component does not work as it should, though calls may be served',
      labelNames: ['component'],
      aggregator: 'max',
      registers,
      collect() {
        for (const { name, isDegraded } of components.all) {
          if (isDegraded !== undefined) this.set({ component: name }, isDegraded ? 1 : 0);
        }
      },
    });
  }
}
