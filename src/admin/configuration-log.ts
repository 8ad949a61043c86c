import { Counter, type Registry } from 'prom-client';
import type { Logger } from '../common/logger.js';
import type { FileChange } from '../config/file-section.js';
import { summaryOf } from './summary-of.js';

const CONTEXT = 'Configuration';

/** What operators hear of the configuration file while the gateway serves. */
export class ConfigurationLog {
  private readonly failures: Counter;

  constructor(
    registry: Registry,
    private readonly logger: Logger,
  ) {
    this.failures = new Counter({
      name: 'llm_proxy_config_reload_failures_total',
      help: 'Times the configuration file was not taken over, because it is wrong or the database away',
      registers: [registry],
    });
  }

  takenOver(changes: readonly FileChange[]): void {
    this.logger.log(`configuration file taken over: ${summaryOf(changes)}`, CONTEXT);
  }

  /** @param settings such as `server.port` */
  needsRestart(settings: readonly string[]): void {
    const names = settings.join(', ');
    this.logger.warn(`${names} changed in the file: takes a restart`, CONTEXT);
  }

  failed(reason: string): void {
    this.failures.inc();
    this.logger.error(`the configuration stays as it was: ${reason}`, CONTEXT);
  }
}
