import type { OnApplicationShutdown } from '@nestjs/common';
import type { Logger } from '../common/logger.js';
import type { StartupStep } from '../database/database.service.js';
import type { Catalog } from './catalog.js';
import type { CatalogListener } from './catalog-listener.js';
import type { CurrentCatalog } from './current-catalog.js';

/** Where the catalog's contents come from. */
export interface CatalogSource {
  /** Grows with every change, whoever makes it. */
  version(): Promise<number>;
  load(version: number): Promise<Catalog>;
}

export interface CatalogServiceOptions {
  readonly pollIntervalMs: number;
  /** A catalog that was not confirmed for longer is not served from: a revoked key must stop working some time. */
  readonly maxStaleMs: number;
  /** Monotonic milliseconds. */
  now(): number;
}

/**
 * Keeps the catalog up to date: told of changes by PostgreSQL, and asking now and then in case it was not told. A load that
 * fails changes nothing; the good catalog stays until a better one is whole.
 */
export class CatalogService implements StartupStep, OnApplicationShutdown {
  readonly name = 'load the catalog';
  private listener: CatalogListener | null = null;
  private refreshing: Promise<void> | null = null;
  private refreshAgain = false;
  private poll: NodeJS.Timeout | null = null;
  private checking = false;
  private confirmedAt: number | null = null;
  private fault: string | null = null;

  constructor(
    private readonly source: CatalogSource,
    private readonly current: CurrentCatalog,
    private readonly logger: Logger,
    private readonly options: CatalogServiceOptions,
  ) {}

  /** Why the latest change could not be taken over; null when all is well. */
  get lastFault(): string | null {
    return this.fault;
  }

  /** Milliseconds since the catalog was last known to be what the database says; Infinity before the first load. */
  get staleMs(): number {
    return this.confirmedAt === null ? Infinity : this.options.now() - this.confirmedAt;
  }

  /** Whether calls may be decided by the catalog: it was loaded, and confirmed not too long ago. */
  get isTrusted(): boolean {
    return this.staleMs <= this.options.maxStaleMs;
  }

  /** Must be set before `run`. */
  listenWith(listener: CatalogListener): void {
    this.listener = listener;
  }

  /** The first load; throws when it fails, because there is nothing to serve from yet. */
  async run(): Promise<void> {
    await this.listener?.listen();
    await this.load();
    this.poll ??= setInterval(() => void this.check(), this.options.pollIntervalMs).unref();
  }

  /** Takes over what has changed; changes that come meanwhile are taken over in one more go. Never throws. */
  refresh(): Promise<void> {
    if (this.refreshing) {
      this.refreshAgain = true;
      return this.refreshing;
    }
    this.refreshing = this.loadUntilCurrent().finally(() => (this.refreshing = null));
    return this.refreshing;
  }

  async onApplicationShutdown(): Promise<void> {
    if (this.poll) clearInterval(this.poll);
    await this.listener?.close();
  }

  private async loadUntilCurrent(): Promise<void> {
    do {
      this.refreshAgain = false;
      try {
        await this.load();
      } catch (error) {
        this.fault = (error as Error).message;
        this.logger.error(
          'the catalog could not be loaded, the one before stays',
          'Catalog',
          error,
        );
      }
    } while (this.refreshAgain);
  }

  private async load(): Promise<void> {
    // The version first: a change during the load makes the next check load again.
    const version = await this.source.version();
    const catalog = await this.source.load(version);
    this.current.swap(catalog);
    this.confirm();
    for (const { accountName, reason } of catalog.faults) {
      this.logger.error(`account ${accountName} cannot be used: ${reason}`, 'Catalog');
    }
  }

  /** A database that does not answer takes longer to say so than the next check is away. */
  private async check(): Promise<void> {
    if (this.checking) return;
    this.checking = true;
    try {
      await this.listener?.listen();
      if ((await this.source.version()) === this.current.catalog.version) {
        this.confirm();
        return;
      }
      // Nobody has told of this change: whoever should have may be gone without a word.
      await this.listener?.listenAnew();
      await this.refresh();
    } catch (error) {
      this.logger.warn('the catalog could not be checked for changes', 'Catalog', error);
    } finally {
      this.checking = false;
    }
  }

  private confirm(): void {
    this.confirmedAt = this.options.now();
    this.fault = null;
  }
}
