import { Injectable } from '@nestjs/common';
import { CurrentCatalog } from '../catalog/current-catalog.js';
import { Clock } from '../common/clock.js';
import { NotFoundError } from '../common/gateway-error.js';
import { fetchAnswer } from '../providers/fetch-answer.js';
import { classifyAnswer } from '../providers/outcome.js';
import { UpstreamClient } from '../providers/upstream-client.js';
import { UpstreamReport } from '../routing/upstream-report.js';
import { restsOf } from './rests-of.js';
import type { AccountHealthDto, AccountTestDto } from './dto/account-health.dto.js';

/** A probe is somebody waiting at a screen. */
const TIMEOUT_MS = 5_000;

/** Looks at one account: at what is known of it, or at the provider itself. */
@Injectable()
export class AccountProbe {
  constructor(
    private readonly current: CurrentCatalog,
    private readonly upstreams: UpstreamReport,
    private readonly client: UpstreamClient,
    private readonly clock: Clock,
  ) {}

  health(id: string): AccountHealthDto {
    const isUsable = this.current.catalog.accounts.some((account) => account.id === id);
    const resting = restsOf(this.upstreams.of(id));
    if (!isUsable) return { status: 'disabled', resting: [] };
    return { status: resting.length ? 'resting' : 'healthy', resting };
  }

  /** Throws NotFoundError for an account that is not in use. */
  async test(id: string): Promise<AccountTestDto> {
    const account = this.current.catalog.accounts.find((one) => one.id === id);
    if (!account) throw new NotFoundError('no such account, or it is disabled');
    const { url, headers } = account.adapter.modelList(account);
    const startedAt = this.clock.monotonic();
    const answer = await fetchAnswer(
      this.client,
      { id: account.id, verifyTls: account.verifyTls },
      {
        method: 'GET',
        url,
        headers: { ...headers, accept: 'application/json' },
        body: null,
        timeouts: { firstByteMs: TIMEOUT_MS, idleMs: TIMEOUT_MS, totalMs: TIMEOUT_MS },
      },
    );
    const ok = 'body' in answer && answer.status < 300;
    const outcome = 'body' in answer ? classifyAnswer(answer, this.clock.now()).kind : answer.kind;
    return {
      ok,
      outcome: ok ? 'success' : outcome,
      status: answer.status,
      latency_ms: Math.round(this.clock.monotonic() - startedAt),
    };
  }
}
