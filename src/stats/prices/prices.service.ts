import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import type { Actor } from '../../audit/actor.js';
import { AuditService } from '../../audit/audit.service.js';
import { changesBetween } from '../../audit/changes.js';
import { Clock } from '../../common/clock.js';
import { ConflictError, InvalidRequestError, NotFoundError } from '../../common/gateway-error.js';
import { decodeCursor, type PageQuery } from '../../common/page.js';
import { uuidv7 } from '../../common/request-id.js';
import { PriceDto, type CreatePriceDto, type PriceRow } from '../dto/price.dto.js';
import { PriceBook } from './price-book.js';
import { StoredPrices } from './stored-prices.js';

const COLUMNS = 'id, model, valid_from, rates, created_at';

/** The prices that people set by the API. */
@Injectable()
export class PricesService {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly book: PriceBook,
    private readonly stored: StoredPrices,
    private readonly audit: AuditService,
    private readonly clock: Clock,
  ) {}

  /** Newest first; one more than the limit when there is a next page. */
  async list({ limit, cursor }: PageQuery): Promise<PriceRow[]> {
    const after = cursor === undefined ? null : decodeCursor(cursor);
    return this.dataSource.query<PriceRow[]>(
      `SELECT ${COLUMNS} FROM prices
       WHERE $2::timestamptz IS NULL OR (created_at, id) < ($2, $3::uuid)
       ORDER BY created_at DESC, id DESC LIMIT $1`,
      [limit + 1, after?.createdAt ?? null, after?.id ?? null],
    );
  }

  /** Throws ConflictError for a price that the configuration file sets, and for a second one from the same time on. */
  async create(body: CreatePriceDto, actor: Actor): Promise<PriceRow> {
    const { model, valid_from: validFrom, ...rates } = body;
    if (this.book.isInFile(model)) {
      throw new ConflictError(`the configuration file sets the price of ${model}`, {
        param: 'model',
      });
    }
    const { tiers: _tiers, ...amounts } = rates;
    if (Object.values(amounts).every((amount) => amount === undefined)) {
      throw new InvalidRequestError('input: expected a rate at least', { param: 'input' });
    }
    const now = new Date(this.clock.now());
    const row: PriceRow = {
      id: uuidv7(now.getTime()),
      model,
      valid_from: validFrom === undefined ? now : new Date(validFrom),
      rates,
      created_at: now,
    };
    await this.dataSource.transaction(async (manager) => {
      const inserted = await manager.query<unknown[]>(
        `INSERT INTO prices (${COLUMNS}) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (model, valid_from) DO NOTHING RETURNING id`,
        [row.id, row.model, row.valid_from, JSON.stringify(row.rates), row.created_at],
      );
      if (inserted.length === 0) {
        throw new ConflictError(`${model} has another price from that time on`, {
          param: 'valid_from',
        });
      }
      const changes = changesBetween(null, PriceDto.from(row));
      const record = { actor, action: 'price.create', objectType: 'price', objectId: row.id };
      await this.audit.record({ ...record, changes }, manager);
    });
    await this.stored.takeEffect();
    return row;
  }

  async delete(id: string, actor: Actor): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      const [rows] = await manager.query<[PriceRow[], number]>(
        `DELETE FROM prices WHERE id = $1 RETURNING ${COLUMNS}`,
        [id],
      );
      const [row] = rows;
      if (!row) throw new NotFoundError('no such price');
      const changes = changesBetween(PriceDto.from(row), null);
      const record = { actor, action: 'price.delete', objectType: 'price', objectId: id };
      await this.audit.record({ ...record, changes }, manager);
    });
    await this.stored.takeEffect();
  }
}
