import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { type EntityManager, Repository } from 'typeorm';
import { CONFIGURATION_FILE } from '../audit/actor.js';
import { AuditService } from '../audit/audit.service.js';
import { changesBetween } from '../audit/changes.js';
import { Clock } from '../common/clock.js';
import { isModelPattern } from '../common/model-pattern.js';
import { uuidv7 } from '../common/request-id.js';
import { ConfigError } from '../config/config-error.js';
import type { ConfigurationFile } from '../config/configuration-file.js';
import { ApiKeyHasher, displayPrefix, hasValidChecksum } from './api-key-secret.js';
import { auditedState, unlimitedKey } from './api-key-settings.js';
import { ApiKey } from './api-key.entity.js';

type DeclaredKey = ConfigurationFile['master_keys'][number];

/** The keys that the configuration file declares, told apart by their names. */
@Injectable()
export class FileApiKeys {
  constructor(
    @InjectRepository(ApiKey) private readonly keys: Repository<ApiKey>,
    private readonly hasher: ApiKeyHasher,
    private readonly audit: AuditService,
    private readonly clock: Clock,
  ) {}

  /**
   * All or nothing, and what is as declared is not touched: nobody reloads for a file that says what it said before.
   * @param outer of a transaction that applies other parts of the file as well
   */
  async apply(
    declared: readonly DeclaredKey[],
    outer: EntityManager = this.keys.manager,
  ): Promise<void> {
    refuseFaults(declared);
    await outer.transaction(async (manager) => {
      // Instances that start together take turns, and nobody issues the same key in between.
      await manager.query('LOCK TABLE api_keys IN SHARE ROW EXCLUSIVE MODE');
      await manager.query('SET CONSTRAINTS api_keys_digest_key DEFERRED');
      await this.refuseForeign(declared, manager);
      const present = await manager.findBy(ApiKey, { managedBy: 'file' });
      for (const key of present) {
        if (!declared.some(({ name }) => name === key.name)) await this.remove(key, manager);
      }
      for (const one of declared) {
        const key = present.find(({ name }) => name === one.name);
        if (key) await this.update(key, one, manager);
        else await this.insert(one, manager);
      }
    });
  }

  private async refuseForeign(declared: readonly DeclaredKey[], manager: EntityManager) {
    const names = new Map(declared.map(({ key, name }) => [this.hasher.digest(key), name]));
    const digests = [...names.keys()].map((digest) => Buffer.from(digest, 'hex'));
    const clash = await manager
      .createQueryBuilder(ApiKey, 'key')
      .where('key.managedBy IS NULL')
      .andWhere('(key.digest = ANY(:digests) OR key.previousDigest = ANY(:digests))', { digests })
      .getOne();
    if (!clash) return;
    const name =
      names.get(clash.digest.toString('hex')) ?? names.get(clash.previousDigest!.toString('hex'));
    throw new ConfigError(
      `master_keys: the key of "${name}" already exists as the API key ${clash.id} ("${clash.name}")`,
    );
  }

  private async insert(declared: DeclaredKey, manager: EntityManager): Promise<void> {
    const now = new Date(this.clock.now());
    const key = unlimitedKey(uuidv7(now.getTime()), now);
    this.declare(key, declared);
    await manager.insert(ApiKey, key);
    await this.record('api_key.create', key, null, auditedState(key), manager);
  }

  private async update(key: ApiKey, declared: DeclaredKey, manager: EntityManager): Promise<void> {
    const before = { ...auditedState(key), secret: 'as before' };
    const digest = key.digest;
    this.declare(key, declared);
    const secret = key.digest.equals(digest) ? 'as before' : 'another';
    const after = { ...auditedState(key), secret };
    if (!Object.keys(changesBetween(before, after)).length) return;
    key.updatedAt = new Date(this.clock.now());
    await manager.save(key);
    await this.record('api_key.update', key, before, after, manager);
  }

  private async remove(key: ApiKey, manager: EntityManager): Promise<void> {
    await manager.delete(ApiKey, { id: key.id });
    await this.record('api_key.delete', key, auditedState(key), null, manager);
  }

  private declare(key: ApiKey, declared: DeclaredKey): void {
    key.name = declared.name;
    key.digest = Buffer.from(this.hasher.digest(declared.key), 'hex');
    key.prefix = displayPrefix(declared.key);
    key.isEnabled = declared.enabled;
    key.allowedModels = declared.allowed_models;
    key.requestsPerSecond = declared.rate_limit?.requests_per_second ?? null;
    key.burstSize = declared.rate_limit?.burst_size ?? null;
    key.managedBy = 'file';
  }

  private record(
    action: string,
    { id }: ApiKey,
    before: object | null,
    after: object | null,
    manager: EntityManager,
  ): Promise<void> {
    const changes = changesBetween(before, after);
    const actor = CONFIGURATION_FILE;
    return this.audit.record(
      { actor, action, objectType: 'api_key', objectId: id, changes },
      manager,
    );
  }
}

function refuseFaults(declared: readonly DeclaredKey[]): void {
  const names = new Set<string>();
  const secrets = new Map<string, string>();
  for (const { name, key, allowed_models: patterns } of declared) {
    if (names.has(name)) throw new ConfigError(`master_keys: "${name}" is declared twice`);
    names.add(name);
    const twin = secrets.get(key);
    if (twin !== undefined) {
      throw new ConfigError(`master_keys: "${twin}" and "${name}" have the same key`);
    }
    secrets.set(key, name);
    if (!hasValidChecksum(key)) {
      throw new ConfigError(
        `master_keys: the key of "${name}" begins like one the gateway made, but its checksum is wrong`,
      );
    }
    const bad = patterns.find((pattern) => !isModelPattern(pattern));
    if (bad !== undefined) {
      throw new ConfigError(
        `master_keys: "${bad}" in allowed_models of "${name}" may have one "*", at its start or its end`,
      );
    }
  }
}
