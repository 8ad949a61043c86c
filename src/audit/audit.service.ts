import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { LessThan, type EntityManager, type FindOptionsWhere, Repository } from 'typeorm';
import { Clock } from '../common/clock.js';
import { InvalidRequestError } from '../common/gateway-error.js';
import type { Page } from '../common/page.js';
import type { Actor, Origin } from './actor.js';
import { AuditEntry } from './audit-entry.entity.js';
import type { Changes } from './changes.js';
import { AuditEntryDto } from './dto/audit-entry.dto.js';
import type { AuditQuery } from './dto/audit-query.dto.js';

/** One thing that was done. */
export interface AuditRecord {
  readonly actor: Pick<Actor, 'userId' | 'username'> & Origin;
  /** `object.verb`, e.g. `api_key.create`. */
  readonly action: string;
  readonly objectType?: string;
  readonly objectId?: string;
  /** Without secrets: see changesBetween(). */
  readonly changes?: Changes;
}

@Injectable()
export class AuditService {
  constructor(
    @InjectRepository(AuditEntry) private readonly entries: Repository<AuditEntry>,
    private readonly clock: Clock,
  ) {}

  /** @param manager of the transaction that does the thing, so that neither happens without the other */
  async record(
    { actor, action, objectType, objectId, changes }: AuditRecord,
    manager: EntityManager = this.entries.manager,
  ): Promise<void> {
    await manager.insert(AuditEntry, {
      at: new Date(this.clock.now()),
      actorId: actor.userId,
      actorName: actor.username,
      action,
      objectType: objectType ?? null,
      objectId: objectId ?? null,
      changes: changes ?? null,
      address: actor.address,
      requestId: actor.requestId,
    });
  }

  /** Newest first, in the order of insertion: two instances may disagree about the time. */
  async list(query: AuditQuery): Promise<Page<AuditEntryDto>> {
    const { limit, cursor, action, actor_id: actorId, object_id: objectId } = query;
    const where: FindOptionsWhere<AuditEntry> = {
      ...(action !== undefined && { action }),
      ...(actorId !== undefined && { actorId }),
      ...(objectId !== undefined && { objectId }),
      ...(cursor !== undefined && { id: LessThan(decode(cursor)) }),
    };
    const rows = await this.entries.find({ where, order: { id: 'DESC' }, take: limit + 1 });
    const shown = rows.slice(0, limit);
    return {
      data: shown.map((row) => AuditEntryDto.from(row)),
      next_cursor: rows.length > limit ? encode(shown.at(-1)!.id) : null,
    };
  }
}

function encode(id: string): string {
  return Buffer.from(id).toString('base64url');
}

function decode(cursor: string): string {
  const id = Buffer.from(cursor, 'base64url').toString('latin1');
  if (/^\d{1,18}$/.test(id)) return id;
  throw new InvalidRequestError('cursor: not one that this list gave out', { param: 'cursor' });
}
