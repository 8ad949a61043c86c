import { Injectable } from '@nestjs/common';
import { Gauge, register } from 'prom-client';
import { CurrentCatalog } from '../catalog/current-catalog.js';
import { AccountHealth } from '../routing/account-health.js';
import { Ledger } from '../stats/ledger.js';
import { ComponentHealth } from './component-health.js';

/** State that is read when Prometheus asks, and costs nothing between. */
@Injectable()
export class GatewayGauges {
  constructor(
    current: CurrentCatalog,
    health: AccountHealth,
    ledger: Ledger,
    components: ComponentHealth,
  ) {
    const registers = [register];
    new Gauge({
      name: 'llm_proxy_provider_health',
      help: '1: the account may be asked; 0: the whole account rests',
      labelNames: ['provider', 'account'],
      registers,
      collect() {
        this.reset();
        const resting = new Set(
          health.resting().flatMap(({ accountId, model }) => (model === null ? [accountId] : [])),
        );
        for (const { id, name, adapter } of current.catalog.accounts) {
          this.set({ provider: adapter.provider, account: name }, resting.has(id) ? 0 : 1);
        }
      },
    });
    new Gauge({
      name: 'llm_proxy_circuit_state',
      help: '1: the model on the account is not asked because of failures; absent otherwise',
      labelNames: ['account', 'model'],
      registers,
      collect() {
        this.reset();
        const names = new Map(current.catalog.accounts.map(({ id, name }) => [id, name]));
        for (const { accountId, model } of health.resting()) {
          const account = names.get(accountId);
          if (account !== undefined && model !== null) this.set({ account, model }, 1);
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
      name: 'llm_proxy_degraded',
      help: '1: the component does not work as it should, though calls may be served',
      labelNames: ['component'],
      registers,
      collect() {
        for (const [component, isDegraded] of Object.entries(components.degraded())) {
          this.set({ component }, isDegraded ? 1 : 0);
        }
      },
    });
  }
}
