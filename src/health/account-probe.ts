import { Injectable } from '@nestjs/common';
import { CurrentCatalog } from '../catalog/current-catalog.js';
import { NotFoundError } from '../common/gateway-error.js';
import { Peers } from '../common/peers.js';
import { UpstreamReport } from '../routing/upstream-report.js';
import type { AccountHealthDto, AccountTestDto } from './dto/account-health.dto.js';
import { restsOf } from './rests-of.js';
import { UpstreamProbe } from './upstream-probe.js';

/** Looks at one account: at what is known of it, or at the provider itself. */
@Injectable()
export class AccountProbe {
  constructor(
    private readonly current: CurrentCatalog,
    private readonly upstreams: UpstreamReport,
    private readonly probe: UpstreamProbe,
    private readonly peers: Peers,
  ) {}

  health(id: string): AccountHealthDto {
    const isUsable = this.current.catalog.accounts.some((account) => account.id === id);
    const { worker } = this.peers;
    if (!isUsable) return { status: 'disabled', resting: [], worker };
    const resting = restsOf(this.upstreams.of(id));
    return { status: resting.length ? 'resting' : 'healthy', resting, worker };
  }

  /**
   * @param model to be asked a question that is charged for; null: the free model list
   * Throws NotFoundError for an account that is not in use.
   */
  async test(id: string, model: string | null): Promise<AccountTestDto> {
    const account = this.current.catalog.accounts.find((one) => one.id === id);
    if (!account) throw new NotFoundError('no such account, or it is disabled');
    const { outcome, latencyMs } = await (model === null
      ? this.probe.free(account)
      : this.probe.paid(account, account.modelMapping.get(model) ?? model));
    return {
      ok: outcome.kind === 'success',
      outcome: outcome.kind,
      status: outcome.status,
      latency_ms: latencyMs,
    };
  }
}
