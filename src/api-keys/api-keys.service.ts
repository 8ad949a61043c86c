import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { type EntityManager, Repository } from 'typeorm';
import type { Actor } from '../audit/actor.js';
import { AuditService } from '../audit/audit.service.js';
import { changesBetween, type Changes } from '../audit/changes.js';
import { ownerFilter } from '../auth/principal.js';
import { Clock } from '../common/clock.js';
import { ForbiddenError, InvalidRequestError } from '../common/gateway-error.js';
import { decodeCursor } from '../common/page.js';
import { uuidv7 } from '../common/request-id.js';
import type { ConfigurationFile } from '../config/configuration-file.js';
import { violatedConstraint } from '../database/violated-constraint.js';
import { editable, found, ownedBy } from './api-key-access.js';
import { ApiKeyHasher, displayPrefix, generateSecret } from './api-key-secret.js';
import { applySettings, auditedState, unlimitedKey } from './api-key-settings.js';
import { ApiKey } from './api-key.entity.js';
import { toCatalogApiKey, type CatalogApiKey } from './catalog-api-key.js';
import type { CreateApiKeyDto } from './dto/create-api-key.dto.js';
import type { ListApiKeysQuery } from './dto/list-api-keys.dto.js';
import type { UpdateApiKeyDto } from './dto/update-api-key.dto.js';
import { FileApiKeys } from './file-api-keys.js';

export interface IssuedApiKey {
  readonly apiKey: ApiKey;
  /** To be shown once; it is kept nowhere. */
  readonly secret: string;
}

/** Issues keys and keeps their settings. People see their own, administrators all: another's key is not found. */
@Injectable()
export class ApiKeysService {
  constructor(
    @InjectRepository(ApiKey) private readonly keys: Repository<ApiKey>,
    private readonly fileKeys: FileApiKeys,
    private readonly hasher: ApiKeyHasher,
    private readonly audit: AuditService,
    private readonly clock: Clock,
  ) {}

  async create(body: CreateApiKeyDto, actor: Actor): Promise<IssuedApiKey> {
    const now = new Date(this.clock.now());
    const apiKey = unlimitedKey(uuidv7(now.getTime()), now);
    apiKey.ownerId = ownerOf(body, actor);
    applySettings(apiKey, body, now);
    const secret = generateSecret();
    this.setSecret(apiKey, secret);
    await this.keys.manager
      .transaction(async (manager) => {
        await manager.insert(ApiKey, apiKey);
        const changes = changesBetween(null, auditedState(apiKey));
        await this.record('api_key.create', apiKey.id, changes, actor, manager);
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

  update(id: string, body: UpdateApiKeyDto, actor: Actor): Promise<ApiKey> {
    return this.change('api_key.update', id, actor, (key, now) => applySettings(key, body, now));
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
      await this.record('api_key.delete', id, changes, actor, manager);
    });
  }

  /** Every key, for the data plane. */
  async listForCatalog(): Promise<CatalogApiKey[]> {
    const keys = await this.keys.find({ order: { createdAt: 'ASC', id: 'ASC' } });
    return keys.map(toCatalogApiKey);
  }

  /** Makes the keys of the configuration file what it says they are: all of them or, with a ConfigError, none. */
  applyFile(declared: ConfigurationFile['master_keys'], manager?: EntityManager): Promise<void> {
    return this.fileKeys.apply(declared, manager);
  }

  private change(
    action: string,
    id: string,
    actor: Actor,
    alter: (key: ApiKey, now: Date) => void,
  ): Promise<ApiKey> {
    return this.keys.manager.transaction(async (manager) => {
      const key = await editable(id, actor, manager);
      const before = auditedState(key);
      key.updatedAt = new Date(this.clock.now());
      alter(key, key.updatedAt);
      await manager.save(key);
      const changes = changesBetween(before, auditedState(key));
      await this.record(action, id, changes, actor, manager);
      return key;
    });
  }

  private setSecret(key: ApiKey, secret: string): void {
    key.digest = Buffer.from(this.hasher.digest(secret), 'hex');
    key.prefix = displayPrefix(secret);
  }

  private record(
    action: string,
    objectId: string,
    changes: Changes,
    actor: Actor,
    manager: EntityManager,
  ): Promise<void> {
    return this.audit.record({ actor, action, objectType: 'api_key', objectId, changes }, manager);
  }
}

function ownerOf({ user_id: userId }: CreateApiKeyDto, actor: Actor): string | null {
  if (userId === undefined || userId === actor.userId) return actor.userId;
  if (actor.role === 'admin') return userId;
  throw new ForbiddenError('user_id: only administrators issue keys for others', {
    param: 'user_id',
  });
}

function explain(cause: unknown): never {
  if (violatedConstraint(cause) !== 'api_keys_owner_id_fkey') throw cause;
  throw new InvalidRequestError('user_id: there is no such user', { param: 'user_id', cause });
}
