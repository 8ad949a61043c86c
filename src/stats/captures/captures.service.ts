import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { ApiKeysService } from '../../api-keys/api-keys.service.js';
import type { Actor } from '../../audit/actor.js';
import { AuditService } from '../../audit/audit.service.js';
import { changesBetween } from '../../audit/changes.js';
import { ownerFilter, type Principal } from '../../access/principal.js';
import { NotFoundError } from '../../common/gateway-error.js';
import { CaptureDto, type CaptureSettingsDto } from '../dto/capture.dto.js';
import { Captures } from './captures.js';

/** What people may do with what is kept of their keys' requests. */
@Injectable()
export class CapturesService {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly apiKeys: ApiKeysService,
    private readonly captures: Captures,
    private readonly audit: AuditService,
  ) {}

  /** Throws NotFoundError for keys of others and while nothing is kept. */
  async settings(keyId: string, actor: Actor): Promise<CaptureSettingsDto> {
    await this.apiKeys.get(keyId, actor);
    const found = await this.stored(keyId);
    if (!found) throw new NotFoundError('nothing is kept of this key');
    return found;
  }

  /** @param body null to keep nothing any more; what was kept goes at its time */
  async change(keyId: string, body: CaptureSettingsDto | null, actor: Actor): Promise<void> {
    await this.apiKeys.get(keyId, actor);
    const before = (await this.stored(keyId)) ?? null;
    const after = body && { retention_days: body.retention_days, redact: body.redact };
    await this.dataSource.transaction(async (manager) => {
      await (after
        ? manager.query(
            `INSERT INTO capture_settings (api_key_id, retention_days, redact) VALUES ($1, $2, $3)
             ON CONFLICT (api_key_id) DO UPDATE SET retention_days = excluded.retention_days,
               redact = excluded.redact`,
            [keyId, after.retention_days, after.redact],
          )
        : manager.query('DELETE FROM capture_settings WHERE api_key_id = $1', [keyId]));
      const changes = changesBetween(before, after);
      const record = { actor, action: 'api_key.capture', objectType: 'api_key', objectId: keyId };
      await this.audit.record({ ...record, changes }, manager);
    });
    await this.captures.run();
  }

  /** Throws NotFoundError for those of others too. */
  async find(recordId: string, principal: Principal): Promise<CaptureDto> {
    const rows = await this.dataSource.query<Parameters<typeof CaptureDto.from>[0][]>(
      `SELECT record_id, request, answer, redacted, truncated, expires_at FROM usage_captures
       WHERE record_id = $1 AND ($2::uuid IS NULL OR user_id = $2) AND expires_at > now()`,
      [recordId, ownerFilter(principal)],
    );
    if (!rows[0]) throw new NotFoundError('nothing is kept of this request');
    return CaptureDto.from(rows[0]);
  }

  async delete(recordId: string, principal: Principal): Promise<void> {
    const [, count] = await this.dataSource.query<[unknown, number]>(
      'DELETE FROM usage_captures WHERE record_id = $1 AND ($2::uuid IS NULL OR user_id = $2)',
      [recordId, ownerFilter(principal)],
    );
    if (count === 0) throw new NotFoundError('nothing is kept of this request');
  }

  private async stored(keyId: string): Promise<CaptureSettingsDto | undefined> {
    const [row] = await this.dataSource.query<CaptureSettingsDto[]>(
      'SELECT retention_days, redact FROM capture_settings WHERE api_key_id = $1',
      [keyId],
    );
    return row;
  }
}
