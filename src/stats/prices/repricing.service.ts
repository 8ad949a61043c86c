import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import type { Actor } from '../../audit/actor.js';
import { AuditService } from '../../audit/audit.service.js';
import { changesBetween } from '../../audit/changes.js';
import { Clock } from '../../common/clock.js';
import { formatUsd } from '../../common/money.js';
import { findAdapter } from '../../providers/adapters/index.js';
import type { RepriceDto, RepricedDto } from '../dto/reprice.dto.js';
import { timeRange } from '../usage-conditions.js';
import { usageOf, type UsageColumns } from '../usage-row.js';
import { PriceBook } from './price-book.js';

const BATCH_ROWS = 1_000;
/** Less than any client or proxy waits. */
const TIME_BUDGET_MS = 15_000;
/** Any number no other lock uses: two at a time would both write the same difference. */
const LOCK = 1_307_674_531;

interface Candidate extends UsageColumns {
  readonly id: string;
  readonly started_at: Date;
  readonly provider: string;
  readonly model: string;
  /** What it counts for by now, with every adjustment; null while no price was known. */
  readonly cost_nano_usd: string | null;
}

interface Adjustment {
  readonly record_id: string;
  readonly started_at: string;
  readonly difference_nano_usd: string;
  readonly was_unpriced: boolean;
  readonly price_source: string;
}

interface Batch {
  readonly rows: readonly Candidate[];
  readonly adjustments: readonly Adjustment[];
}

/** Prices what was used once more, by what the prices of its time are now, and writes the difference beside the record. */
@Injectable()
export class RepricingService {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly prices: PriceBook,
    private readonly audit: AuditService,
    private readonly clock: Clock,
  ) {}

  /** May be repeated: what has been adjusted differs no more. Stops when it takes long, and says where to go on. */
  async reprice(body: RepriceDto, actor: Actor): Promise<RepricedDto> {
    const { from, to } = timeRange(body);
    const deadline = this.clock.monotonic() + TIME_BUDGET_MS;
    const sum = { examined: 0, adjusted: 0, nanoUsd: 0n };
    let position = { startedAt: from!, id: '00000000-0000-0000-0000-000000000000' };
    let isDone = false;
    while (!isDone && this.clock.monotonic() < deadline) {
      const { rows, adjustments } = await this.dataSource.transaction((manager) =>
        this.repriceBatch(manager, body, position, to!),
      );
      sum.examined += rows.length;
      sum.adjusted += adjustments.length;
      for (const each of adjustments) sum.nanoUsd += BigInt(each.difference_nano_usd);
      isDone = rows.length < BATCH_ROWS;
      const last = rows.at(-1);
      if (last) position = { startedAt: last.started_at, id: last.id };
    }
    const result = {
      examined: sum.examined,
      adjusted: sum.adjusted,
      difference_usd: formatUsd(sum.nanoUsd),
      next_from: isDone ? null : position.startedAt.toISOString(),
    };
    if (!body.dry_run && sum.adjusted > 0) await this.record(actor, body, result);
    return result;
  }

  private async repriceBatch(
    manager: EntityManager,
    { model, dry_run: isDryRun }: RepriceDto,
    position: { startedAt: Date; id: string },
    to: Date,
  ): Promise<Batch> {
    await manager.query('SELECT pg_advisory_xact_lock($1)', [LOCK]);
    const rows = await manager.query<Candidate[]>(CANDIDATES, [
      position.startedAt,
      position.id,
      to,
      model ?? null,
    ]);
    const adjustments = rows.flatMap((row) => this.adjust(row));
    if (!isDryRun && adjustments.length > 0) {
      await manager.query(INSERT, [JSON.stringify(adjustments)]);
    }
    return { rows, adjustments };
  }

  private adjust(row: Candidate): Adjustment[] {
    const price = this.prices.price({
      provider: row.provider,
      priceProvider: findAdapter(row.provider)?.priceProvider ?? null,
      model: row.model,
      usage: usageOf(row),
      atMs: row.started_at.getTime(),
    });
    if (!price) return [];
    const wasUnpriced = row.cost_nano_usd === null;
    const difference = price.costNanoUsd - BigInt(row.cost_nano_usd ?? 0);
    if (difference === 0n && !wasUnpriced) return [];
    return [
      {
        record_id: row.id,
        started_at: row.started_at.toISOString(),
        difference_nano_usd: String(difference),
        was_unpriced: wasUnpriced,
        price_source: price.source,
      },
    ];
  }

  private async record(actor: Actor, body: RepriceDto, result: RepricedDto): Promise<void> {
    const { from, to, model } = body;
    const { adjusted, difference_usd } = result;
    const changes = changesBetween(null, { from, to, model, adjusted, difference_usd });
    await this.audit.record({ actor, action: 'usage.reprice', objectType: 'usage', changes });
  }
}

/** What never used anything has no price. */
const CANDIDATES = `
  SELECT id, started_at, provider, model, input_tokens, cache_read_tokens, cache_write_tokens,
    cache_write_1h_tokens, input_audio_tokens, output_tokens, reasoning_tokens, output_audio_tokens, web_searches,
    CASE WHEN cost_nano_usd IS NULL AND adjusted IS NULL THEN NULL
      ELSE (coalesce(cost_nano_usd, 0) + coalesce(adjusted, 0))::text END AS cost_nano_usd
  FROM usage_records, LATERAL (
    SELECT sum(difference_nano_usd) AS adjusted FROM usage_adjustments WHERE record_id = usage_records.id
  ) AS adjustments
  WHERE started_at >= $1 AND (started_at, id) > ($1, $2::uuid) AND started_at < $3
    AND ($4::text IS NULL OR model = $4) AND usage_source <> 'none' AND provider IS NOT NULL AND model IS NOT NULL
  ORDER BY started_at, id LIMIT ${BATCH_ROWS}`;

const INSERT = `
  INSERT INTO usage_adjustments (record_id, started_at, difference_nano_usd, was_unpriced, price_source)
  SELECT record_id, started_at, difference_nano_usd, was_unpriced, price_source
  FROM json_populate_recordset(NULL::usage_adjustments, $1::json)`;
