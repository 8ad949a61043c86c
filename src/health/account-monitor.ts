import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { CatalogAccount } from '../catalog/catalog.js';
import { CurrentCatalog } from '../catalog/current-catalog.js';
import { Chance } from '../common/chance.js';
import { Logger } from '../common/logger.js';
import type { Duty } from '../common/peers.js';
import { GatewayConfig } from '../config/gateway-config.js';
import { ProbeLessons } from '../routing/probe-lessons.js';
import { UpstreamProbe } from './upstream-probe.js';

/** Rounds differ by this share, so that instances do not ask all at once. */
const JITTER = 0.2;

/**
 * Asks accounts that have had nothing to do for a while for their model list: it costs nothing, finds hosts that are down before a
 * client does, and brings back accounts whose credential was mended at the provider.
 */
@Injectable()
export class AccountMonitor implements Duty, OnApplicationShutdown {
  private timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly current: CurrentCatalog,
    private readonly probe: UpstreamProbe,
    private readonly lessons: ProbeLessons,
    private readonly chance: Chance,
    private readonly config: GatewayConfig,
    private readonly logger: Logger,
  ) {}

  begin(): void {
    this.schedule();
  }

  onApplicationShutdown(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
  }

  /** Asks everybody who is due. Never throws. */
  async round(): Promise<void> {
    const { HEALTH_PROBE_INTERVAL_MS: intervalMs } = this.config.environment;
    const due = this.current.catalog.accounts.filter((account) =>
      this.lessons.wouldTeach(account, intervalMs),
    );
    await Promise.all(due.map((account) => this.ask(account)));
  }

  private schedule(): void {
    const { HEALTH_PROBE_INTERVAL_MS: intervalMs } = this.config.environment;
    if (intervalMs === 0) return;
    const waitMs = intervalMs * (1 + JITTER * (2 * this.chance.next() - 1));
    this.timer = setTimeout(() => {
      void this.round().finally(() => {
        if (this.timer) this.schedule();
      });
    }, waitMs).unref();
  }

  private async ask(account: CatalogAccount): Promise<void> {
    try {
      const { outcome } = await this.probe.free(account);
      this.lessons.learn(account, outcome);
    } catch (error) {
      // A fault of our own is nobody else's.
      this.logger.error('an account could not be probed', 'Health', error as Error);
    }
  }
}
