import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import type { Actor } from '../../audit/actor.js';
import { AuditService } from '../../audit/audit.service.js';
import { ConflictError } from '../../common/gateway-error.js';
import type { ForgottenDto } from '../dto/capture.dto.js';
import { Ledger } from '../ledger.js';
import { Captures } from './captures.js';

const SUMS = ['usage_hourly', 'usage_daily'];

/**
 * Takes a person out of the usage: what was said is deleted, and the records, which somebody has to pay for, belong to a made-up
 * id from then on that nothing connects with the person.
 */
@Injectable()
export class ForgetUserService {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly audit: AuditService,
    private readonly ledger: Ledger,
    private readonly captures: Captures,
  ) {}

  /**
   * May be repeated, as after it was interrupted. Throws ConflictError for a user who is active, whose budgets would begin
   * anew with the sums gone, and UnavailableError when what waits to be written cannot be: it would come back under the old id.
   */
  async forget(userId: string, actor: Actor): Promise<ForgottenDto> {
    await this.assertDisabled(userId);
    await Promise.all([this.ledger.flush(), this.captures.flush()]);
    const nobody = randomUUID();
    const keys = await this.keysOf(userId);
    const captures = await this.count(
      'DELETE FROM usage_captures WHERE user_id = $1 OR api_key_id = ANY ($2)',
      [userId, keys],
    );
    let requests = 0;
    // A day at a time: all at once may take longer than a statement may.
    for (const day of await this.daysOf(userId)) {
      requests += await this.count(
        `UPDATE usage_records SET user_id = $2, session = NULL, api_key_name = NULL
         WHERE user_id = $1 AND started_at >= $3 AND started_at < $3::timestamptz + interval '1 day'`,
        [userId, nobody, day],
      );
      for (const table of SUMS) {
        await this.count(
          `UPDATE ${table} SET user_id = $2, api_key_name = NULL
           WHERE user_id = $1 AND at >= $3 AND at < $3::timestamptz + interval '1 day'`,
          [userId, nobody, day],
        );
      }
    }
    for (const table of SUMS) {
      await this.count(
        `UPDATE ${table}_groups SET "group" = $2 WHERE grouping = 'user' AND "group" = $1`,
        [userId, nobody],
      );
      await this.count(
        `UPDATE ${table}_groups SET name = NULL WHERE grouping = 'key' AND "group" = ANY ($1)`,
        [keys],
      );
    }
    // A copy of a record that could not be written.
    await this.count(
      `UPDATE usage_dead_letters
       SET "row" = "row" || jsonb_build_object('user_id', $2::text, 'session', NULL, 'api_key_name', NULL)
       WHERE "row"->>'user_id' = $1 OR "row"->>'api_key_id' = ANY ($3)`,
      [userId, nobody, keys],
    );
    const record = { actor, action: 'usage.forget_user', objectType: 'user', objectId: userId };
    await this.audit.record(record);
    return { captures, requests };
  }

  private async assertDisabled(userId: string): Promise<void> {
    const active = await this.dataSource.query<unknown[]>(
      'SELECT 1 FROM users WHERE id = $1 AND is_active',
      [userId],
    );
    if (active.length > 0) throw new ConflictError('the user is active; disable the user first');
  }

  private async keysOf(userId: string): Promise<string[]> {
    const rows = await this.dataSource.query<{ id: string }[]>(
      `SELECT id::text FROM api_keys WHERE owner_id = $1
       UNION SELECT api_key_id::text FROM usage_daily WHERE user_id = $1`,
      [userId],
    );
    return rows.map(({ id }) => id);
  }

  private async daysOf(userId: string): Promise<Date[]> {
    const rows = await this.dataSource.query<{ at: Date }[]>(
      'SELECT DISTINCT at FROM usage_daily WHERE user_id = $1 ORDER BY at',
      [userId],
    );
    return rows.map(({ at }) => at);
  }

  /** Of rows that were changed. */
  private async count(sql: string, values: unknown[]): Promise<number> {
    const [, count] = await this.dataSource.query<[unknown, number]>(sql, values);
    return count;
  }
}
