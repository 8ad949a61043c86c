import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { isUUID } from 'class-validator';
import { type EntityManager, Not, Repository } from 'typeorm';
import type { Actor } from '../audit/actor.js';
import { AuditService, type AuditRecord } from '../audit/audit.service.js';
import { changesBetween } from '../audit/changes.js';
import { ownerFilter } from '../access/principal.js';
import { Clock } from '../common/clock.js';
import { ConflictError, ForbiddenError, InvalidRequestError } from '../common/gateway-error.js';
import { decodeCursor } from '../common/page.js';
import { uuidv7 } from '../common/request-id.js';
import { violatedConstraint } from '../database/violated-constraint.js';
import { editable, found, ownedBy } from './api-key-access.js';
import { ApiKeyHasher, displayPrefix, generateSecret } from './api-key-secret.js';
import { applySettings, auditedState, unlimitedKey } from './api-key-settings.js';
import { ApiKey } from './api-key.entity.js';
import { toCatalogApiKey, type CatalogApiKey } from './catalog-api-key.js';
import type { CreateApiKeyDto } from './dto/create-api-key.dto.js';
import type { ListApiKeysQuery } from './dto/list-api-keys.dto.js';
import type { UpdateApiKeyDto } from './dto/update-api-key.dto.js';

export interface IssuedApiKey {
  readonly apiKey: ApiKey;
  /** To be shown once; it is kept nowhere. */
  readonly secret: string;
}

export interface OwnKey {
  /** The caller's own name for it. */
  readonly externalId?: string;
  /** Instead of one that is generated. */
  readonly secret?: string | undefined;
}

/** Issues keys and keeps their settings. People see their own, administrators all: another's key is not found. */
@Injectable()
export class ApiKeysService {
  constructor(
    @InjectRepository(ApiKey) private readonly keys: Repository<ApiKey>,
    private readonly hasher: ApiKeyHasher,
    private readonly audit: AuditService,
    private readonly clock: Clock,
  ) {}

  /** @param own what the caller brings along on the routes that allow it */
  async create(body: CreateApiKeyDto, actor: Actor, own: OwnKey = {}): Promise<IssuedApiKey> {
    const now = new Date(this.clock.now());
    const apiKey = unlimitedKey(uuidv7(now.getTime()), now);
    apiKey.ownerId = ownerOf(body, actor);
    apiKey.externalId = own.externalId ?? null;
    applySettings(apiKey, body, now);
    const secret = own.secret ?? generateSecret();
    this.setSecret(apiKey, secret);
    await this.keys.manager
      .transaction(async (manager) => {
        await this.refuseTaken(secret, apiKey.id, manager);
        await manager.insert(ApiKey, apiKey);
        const changes = changesBetween(null, auditedState(apiKey));
        await this.record(
          { actor, action: 'api_key.create', objectId: apiKey.id, changes },
          manager,
        );
      })
      .catch(explain);
    return { apiKey, secret };
  }

  /** One more than the page holds when there is a next one. */
  list(query: ListApiKeysQuery, actor: Actor): Promise<ApiKey[]> {
    const { limit, cursor, user_id: userId } = query;
    const owner = ownerFilter(actor);
    const rows = this.keys
      .createQueryBuilder('key')
      .orderBy('key.createdAt', 'DESC')
      .addOrderBy('key.id', 'DESC')
      .take(limit + 1);
    if (owner !== null) rows.andWhere('key.ownerId = :owner', { owner });
    if (userId !== undefined) rows.andWhere('key.ownerId = :userId', { userId });
    if (cursor !== undefined) {
      rows.andWhere('(key.createdAt, key.id) < (:createdAt, :id)', { ...decodeCursor(cursor) });
    }
    return rows.getMany();
  }

  async get(id: string, actor: Actor): Promise<ApiKey> {
    return found(await this.keys.findOneBy(ownedBy(actor, id)));
  }

  /** By the caller's own name for it, or by id. */
  async getNamed(externalId: string, actor: Actor): Promise<ApiKey> {
    const ownerId = ownerFilter(actor);
    const where = ownerId === null ? { externalId } : { externalId, ownerId };
    const key = await this.keys.findOneBy(where);
    return key || !isUUID(externalId) ? found(key) : this.get(externalId, actor);
  }

  /** @param secret replaces the key at once, on the routes where the caller may bring one */
  update(id: string, body: UpdateApiKeyDto, actor: Actor, secret?: string): Promise<ApiKey> {
    return this.change('api_key.update', id, actor, async (key, now, manager) => {
      applySettings(key, body, now);
      if (secret === undefined) return;
      await this.refuseTaken(secret, id, manager);
      key.previousDigest = null;
      key.previousValidUntil = null;
      this.setSecret(key, secret);
    });
  }

  /** @param overlapSeconds how long the old key stays good beside the new one */
  async rotate(id: string, overlapSeconds: number, actor: Actor): Promise<IssuedApiKey> {
    const secret = generateSecret();
    const apiKey = await this.change('api_key.rotate', id, actor, (key, now) => {
      const overlaps = overlapSeconds > 0;
      key.previousDigest = overlaps ? key.digest : null;
      key.previousValidUntil = overlaps ? new Date(now.getTime() + overlapSeconds * 1_000) : null;
      this.setSecret(key, secret);
    });
    return { apiKey, secret };
  }

  async delete(id: string, actor: Actor): Promise<void> {
    await this.keys.manager.transaction(async (manager) => {
      const key = await editable(id, actor, manager);
      await manager.delete(ApiKey, { id });
      const changes = changesBetween(auditedState(key), null);
      await this.record({ actor, action: 'api_key.delete', objectId: id, changes }, manager);
    });
  }

  /**
   * Every key, for the data plane.
   * @param manager of the transaction that reads the other parts of the catalog as well
   */
  async listForCatalog(manager: EntityManager): Promise<CatalogApiKey[]> {
    const keys = await manager.find(ApiKey, { order: { createdAt: 'ASC', id: 'ASC' } });
    return keys.map(toCatalogApiKey);
  }

  private change(
    action: string,
    id: string,
    actor: Actor,
    alter: (key: ApiKey, now: Date, manager: EntityManager) => void | Promise<void>,
  ): Promise<ApiKey> {
    return this.keys.manager
      .transaction(async (manager) => {
        const key = await editable(id, actor, manager);
        const before = auditedState(key);
        const { digest } = key;
        key.updatedAt = new Date(this.clock.now());
        await alter(key, key.updatedAt, manager);
        await manager.save(key);
        const changes = changesBetween(before, auditedState(key));
        if (!key.digest.equals(digest)) changes['key'] = SECRET_REPLACED;
        await this.record({ actor, action, objectId: id, changes }, manager);
        return key;
      })
      .catch(explain);
  }

  /** A secret that was good for another key before its rotation must not become good for this one. */
  private async refuseTaken(secret: string, id: string, manager: EntityManager): Promise<void> {
    const previousDigest = Buffer.from(this.hasher.digest(secret), 'hex');
    if (await manager.existsBy(ApiKey, { previousDigest, id: Not(id) })) throw taken('key');
  }

  private setSecret(key: ApiKey, secret: string): void {
    key.digest = Buffer.from(this.hasher.digest(secret), 'hex');
    key.prefix = displayPrefix(secret);
  }

  private record(record: AuditRecord, manager: EntityManager): Promise<void> {
    return this.audit.record({ ...record, objectType: 'api_key' }, manager);
  }
}

function ownerOf({ user_id: userId }: CreateApiKeyDto, actor: Actor): string | null {
  if (userId === undefined || userId === actor.userId) return actor.userId;
  if (actor.role === 'admin') return userId;
  throw new ForbiddenError('user_id: only administrators issue keys for others', {
    param: 'user_id',
  });
}

const SECRET_REPLACED = { from: '(hidden)', to: '(replaced)' };

function explain(cause: unknown): never {
  const constraint = violatedConstraint(cause);
  if (constraint === 'api_keys_owner_id_fkey') {
    throw new InvalidRequestError('user_id: no such user', { param: 'user_id', cause });
  }
  if (constraint === 'api_keys_external_id_key') throw taken('id', cause);
  if (constraint === 'api_keys_digest_key') throw taken('key', cause);
  throw cause;
}

function taken(param: string, cause?: unknown): ConflictError {
  return new ConflictError(`${param}: another API key has it`, { param, cause });
}
