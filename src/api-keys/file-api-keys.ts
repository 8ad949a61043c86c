import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { type EntityManager, Repository } from 'typeorm';
import { CONFIGURATION_FILE } from '../audit/actor.js';
import { AuditService } from '../audit/audit.service.js';
import { changesBetween, type Changes } from '../audit/changes.js';
import { Clock } from '../common/clock.js';
import { uuidv7 } from '../common/request-id.js';
import { FileFault } from '../config/config-error.js';
import type { ConfigurationFile } from '../config/configuration-file.js';
import type { AppliedSection, ApplyMode, FileChange, FileSection } from '../config/file-section.js';
import { ApiKeyHasher, displayPrefix } from './api-key-secret.js';
import { auditedState, unlimitedKey } from './api-key-settings.js';
import { ApiKey } from './api-key.entity.js';
import { refuseFaults, type DeclaredKey } from './declared-keys.js';

/** The keys that the configuration file declares, told apart by their names. */
@Injectable()
export class FileApiKeys implements FileSection {
  readonly section = 'master_keys';

  constructor(
    @InjectRepository(ApiKey) private readonly keys: Repository<ApiKey>,
    private readonly hasher: ApiKeyHasher,
    private readonly audit: AuditService,
    private readonly clock: Clock,
  ) {}

  async apply(
    { master_keys: declared }: Pick<ConfigurationFile, 'master_keys'>,
    outer: EntityManager = this.keys.manager,
    mode: ApplyMode = 'managed',
  ): Promise<AppliedSection> {
    refuseFaults(declared);
    const changes = await outer.transaction(async (manager) => {
      // Instances that start together take turns, and nobody issues the same key in between.
      await manager.query('LOCK TABLE api_keys IN SHARE ROW EXCLUSIVE MODE');
      await manager.query('SET CONSTRAINTS api_keys_digest_key DEFERRED');
      const present = await this.concerned(declared, manager);
      const made: FileChange[] = [];
      for (const key of present) {
        const vanished = !declared.some(({ name }) => name === key.name);
        if (mode === 'managed' && key.managedBy === 'file' && vanished) {
          made.push(await this.remove(key, manager));
        }
      }
      for (const [index, one] of declared.entries()) {
        const key = this.keyFor(one, index, present, mode);
        const verb = key
          ? await this.update(key, { declared: one, index, mode }, manager)
          : await this.insert(one, mode, manager);
        made.push(change(one.name, verb));
      }
      return made;
    });
    return { changes };
  }

  /** The keys of the file, and those that have a name or a secret of one that is declared. */
  private concerned(declared: readonly DeclaredKey[], manager: EntityManager): Promise<ApiKey[]> {
    const digests = declared.map(({ key }) => this.digest(key));
    const names = declared.map(({ name }) => name);
    return manager
      .createQueryBuilder(ApiKey, 'key')
      .where(`key.managedBy = 'file'`)
      .orWhere('key.digest = ANY(:digests)', { digests })
      .orWhere('key.previousDigest = ANY(:digests)')
      .orWhere('(key.ownerId IS NULL AND key.name = ANY(:names))', { names })
      .getMany();
  }

  /** Which key is meant; null for a new one. Throws FileFault when it is not one that the file may change. */
  private keyFor(
    { name, key: secret }: DeclaredKey,
    index: number,
    present: readonly ApiKey[],
    mode: ApplyMode,
  ): ApiKey | null {
    const digest = this.digest(secret);
    const ours = present.filter(({ managedBy }) => (managedBy === 'file') === (mode === 'managed'));
    const named = ours.filter((key) => key.ownerId === null && key.name === name);
    const others = present.filter((key) => !ours.includes(key));
    const holder = (mode === 'managed' ? others : present).find(
      (key) => key.digest.equals(digest) || key.previousDigest?.equals(digest),
    );
    if (holder) {
      const isIt = holder.ownerId === null && holder.digest.equals(digest);
      if (isIt && (ours.includes(holder) || (holder.name === name && !named.length))) return holder;
      const reason = `the key of "${name}" already exists as the API key ${holder.id} ("${holder.name}")`;
      throw fault(index, 'key', reason);
    }
    if (named.length > 1) {
      throw fault(index, 'name', `several API keys are named "${name}": which is meant?`);
    }
    if (!named.length && mode === 'imported' && others.some((key) => key.name === name)) {
      throw fault(index, 'name', `"${name}" is managed by the configuration file: change it there`);
    }
    return named[0] ?? null;
  }

  private async insert(
    declared: DeclaredKey,
    mode: ApplyMode,
    manager: EntityManager,
  ): Promise<'created'> {
    const now = new Date(this.clock.now());
    const key = unlimitedKey(uuidv7(now.getTime()), now);
    this.declare(key, declared);
    key.managedBy = mode === 'managed' ? 'file' : null;
    await manager.insert(ApiKey, key);
    await this.record('api_key.create', key, changesBetween(null, auditedState(key)), manager);
    return 'created';
  }

  /** What somebody else keeps is only taken over, or left alone, when it is already as declared. */
  private async update(
    key: ApiKey,
    { declared, index, mode }: { declared: DeclaredKey; index: number; mode: ApplyMode },
    manager: EntityManager,
  ): Promise<'updated' | 'unchanged'> {
    const before = { ...auditedState(key), secret: 'as before' };
    const digest = key.digest;
    this.declare(key, declared);
    const secret = key.digest.equals(digest) ? 'as before' : 'another';
    if (key.managedBy !== (mode === 'managed' ? 'file' : null)) {
      if (hasChanged(before, { ...auditedState(key), secret })) {
        const reason = `the key of "${key.name}" already exists as the API key ${key.id}, which ${OF_OTHERS[mode]}`;
        throw fault(index, 'key', reason);
      }
      if (mode === 'imported') return 'unchanged';
      key.managedBy = 'file';
    }
    const after = { ...auditedState(key), secret };
    if (!hasChanged(before, after)) return 'unchanged';
    key.updatedAt = new Date(this.clock.now());
    await manager.save(key);
    await this.record('api_key.update', key, changesBetween(before, after), manager);
    return 'updated';
  }

  private async remove(key: ApiKey, manager: EntityManager): Promise<FileChange> {
    await manager.delete(ApiKey, { id: key.id });
    await this.record('api_key.delete', key, changesBetween(auditedState(key), null), manager);
    return change(key.name, 'deleted');
  }

  private declare(key: ApiKey, declared: DeclaredKey): void {
    key.name = declared.name;
    key.digest = this.digest(declared.key);
    key.prefix = displayPrefix(declared.key);
    key.isEnabled = declared.enabled;
    key.allowedModels = declared.allowed_models;
    key.requestsPerSecond = declared.rate_limit?.requests_per_second ?? null;
    key.burstSize = declared.rate_limit?.burst_size ?? null;
  }

  private digest(secret: string): Buffer {
    return Buffer.from(this.hasher.digest(secret), 'hex');
  }

  private record(
    action: string,
    { id: objectId }: ApiKey,
    changes: Changes,
    manager: EntityManager,
  ): Promise<void> {
    const record = { actor: CONFIGURATION_FILE, action, objectType: 'api_key', objectId, changes };
    return this.audit.record(record, manager);
  }
}

/** By mode: whose a key is that the file may not change. */
const OF_OTHERS = {
  managed: 'was created through the API and says something else',
  imported: 'is managed by the configuration file and says something else: change it there',
};

function hasChanged(before: object, after: object): boolean {
  return Object.keys(changesBetween(before, after)).length > 0;
}

function change(name: string, verb: FileChange['verb']): FileChange {
  return { section: 'master_keys', name, verb };
}

function fault(index: number, field: string, reason: string): FileFault {
  return new FileFault(['master_keys', index, field], `master_keys: ${reason}`);
}
