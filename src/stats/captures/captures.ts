import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { CurrentCatalog } from '../../catalog/current-catalog.js';
import { Clock } from '../../common/clock.js';
import { Logger } from '../../common/logger.js';
import type { StartupStep } from '../../database/database.service.js';
import { toPostgresJson } from '../usage-row.js';
import { AnswerCapture, type Capture, type CaptureSettings } from './capture.js';
import { toCaptureRow } from './capture-row.js';

const WRITE_INTERVAL_MS = 500;
const BATCH = 10;
/** About 200 kB each. Captures are a help and no account: what does not fit is not kept. */
const MAX_WAITING = 200;

const INSERT = `
  INSERT INTO usage_captures
  SELECT * FROM json_populate_recordset(NULL::usage_captures, $1::json)
  ON CONFLICT DO NOTHING`;

/** Keeps what is said under the keys whose owners have asked for it, apart from the records and behind the path of requests. */
@Injectable()
export class Captures implements StartupStep, OnModuleInit, OnApplicationShutdown {
  readonly name = 'load the capture settings';
  private settings = new Map<string, CaptureSettings>();
  private readonly waiting: Capture[] = [];
  private timer: NodeJS.Timeout | null = null;
  private isStopped = false;

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly current: CurrentCatalog,
    private readonly clock: Clock,
    @Inject(Logger) private readonly logger: Logger,
  ) {}

  /** A change of the settings is announced as one of the catalog. */
  onModuleInit(): void {
    this.current.onSwap(() => {
      this.run().catch((error: unknown) => {
        this.logger.error('the capture settings could not be loaded', 'Stats', error);
      });
    });
  }

  async run(): Promise<void> {
    const rows = await this.dataSource.query<
      { api_key_id: string; retention_days: number; redact: boolean }[]
    >('SELECT api_key_id, retention_days, redact FROM capture_settings');
    this.settings = new Map(
      rows.map(({ api_key_id: id, retention_days: retentionDays, redact }) => [
        id,
        { retentionDays, redact },
      ]),
    );
  }

  /** Null for a key of which nothing is kept, as for nearly all. */
  begin(keyId: string): AnswerCapture | null {
    return this.settings.has(keyId) ? new AnswerCapture() : null;
  }

  end(capture: Omit<Capture, 'settings'>): void {
    const settings = this.settings.get(capture.keyId);
    if (!settings || this.waiting.length >= MAX_WAITING) return;
    this.waiting.push({ ...capture, settings });
    this.arrange();
  }

  async onApplicationShutdown(): Promise<void> {
    this.isStopped = true;
    if (this.timer) clearTimeout(this.timer);
    await this.write().catch(() => {});
  }

  private arrange(): void {
    if (this.isStopped || this.waiting.length === 0) return;
    this.timer ??= setTimeout(() => {
      this.write()
        .catch((error: unknown) => this.logger.warn('captures wait', 'Stats', error))
        .finally(() => {
          this.timer = null;
          this.arrange();
        });
    }, WRITE_INTERVAL_MS);
  }

  private async write(): Promise<void> {
    const batch = this.waiting.slice(0, BATCH);
    if (batch.length === 0) return;
    const rows = batch.map((capture) => toCaptureRow(capture, this.clock.now()));
    await this.dataSource.query(INSERT, [toPostgresJson(rows)]);
    this.waiting.splice(0, batch.length);
  }
}
