import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { PartitionKeeper } from './partition-keeper.js';
import { USAGE_COLUMNS } from './usage-row.js';

/** A record on its way to the database. */
export interface WritableRow {
  readonly id: string;
  /** Of the columns of usage_records. */
  readonly json: Buffer;
}

/** Where the shipper brings rows. Both calls may be repeated with the same rows without counting them twice. */
export interface RowWriter {
  /** All of them or none. */
  write(rows: readonly WritableRow[]): Promise<void>;
  /** Keeps a row that can never be written, with the reason, for a person to look at. */
  setAside(row: WritableRow, error: unknown): Promise<void>;
}

const COLUMNS = USAGE_COLUMNS.join(', ');
const INSERT = `
  INSERT INTO usage_records (${COLUMNS})
  SELECT ${COLUMNS} FROM json_populate_recordset(NULL::usage_records, $1::json)
  ON CONFLICT DO NOTHING`;

@Injectable()
export class UsageWriter implements RowWriter {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly partitions: PartitionKeeper,
  ) {}

  async write(rows: readonly WritableRow[]): Promise<void> {
    await this.partitions.ensure();
    await this.dataSource.query(INSERT, [`[${rows.map(({ json }) => json.toString()).join(',')}]`]);
  }

  async setAside({ id, json }: WritableRow, error: unknown): Promise<void> {
    await this.dataSource.query(
      `INSERT INTO usage_dead_letters (record_id, "row", error) VALUES ($1, $2, $3)
       ON CONFLICT (record_id) DO NOTHING`,
      [id, json.toString(), (error as Error).message],
    );
  }
}

/**
 * Whether PostgreSQL refused because of what is in a row (SQLSTATE classes 21, 22, 23 and 54), so that the same row will be
 * refused for ever. Anything else, a missing table or a full disk too, may be over the next time.
 */
export function isRowFault(error: unknown): boolean {
  const { code, driverError } = error as { code?: string; driverError?: { code?: string } };
  return /^(21|22|23|54)...$/.test(driverError?.code ?? code ?? '');
}
