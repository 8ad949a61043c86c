import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { LessThan, Repository, type EntityManager } from 'typeorm';
import type { Actor } from '../audit/actor.js';
import { AuditService, type AuditRecord } from '../audit/audit.service.js';
import { changesBetween } from '../audit/changes.js';
import { Clock } from '../common/clock.js';
import { ConflictError, NotFoundError } from '../common/gateway-error.js';
import { MAX_INTEGER } from '../common/max-integer.js';
import { DEFAULT_ROUTING, type RoutingConfig } from './routing-config.js';
import { RoutingConfigVersion } from './routing-config.entity.js';

export interface RoutingAuthor {
  readonly actor: AuditRecord['actor'];
  readonly managedBy: 'file' | null;
  readonly restoredFrom: number | null;
}

/** Keeps every routing configuration there ever was; the latest is in force. */
@Injectable()
export class RoutingConfigsService {
  constructor(
    @InjectRepository(RoutingConfigVersion)
    private readonly versions: Repository<RoutingConfigVersion>,
    private readonly audit: AuditService,
    private readonly clock: Clock,
  ) {}

  /** What is in force; the defaults, as version 0, before anybody has written one. */
  async current(manager: EntityManager = this.versions.manager): Promise<RoutingConfigVersion> {
    const [latest] = await manager.find(RoutingConfigVersion, {
      order: { version: 'DESC' },
      take: 1,
    });
    return latest ?? initial();
  }

  /** Newest first. @param before only older ones than this */
  list(limit: number, before: number | null): Promise<RoutingConfigVersion[]> {
    return this.versions.find({
      where: before === null ? {} : { version: LessThan(before) },
      order: { version: 'DESC' },
      take: limit,
    });
  }

  /** Changes the fields that are given. Throws ConflictError while the configuration file declares the routing. */
  change(fields: Partial<RoutingConfig>, actor: Actor): Promise<RoutingConfigVersion> {
    return this.versions.manager.transaction(async (manager) => {
      const before = await this.editable(manager);
      const config = { ...before.config, ...fields };
      return this.write(config, before, { actor, managedBy: null, restoredFrom: null }, manager);
    });
  }

  /** Writes an old version again as the newest. Throws NotFoundError, and what `change` throws. */
  restore(version: number, actor: Actor): Promise<RoutingConfigVersion> {
    return this.versions.manager.transaction(async (manager) => {
      const before = await this.editable(manager);
      const old =
        version <= MAX_INTEGER ? await manager.findOneBy(RoutingConfigVersion, { version }) : null;
      if (!old) throw new NotFoundError('no such version of the routing configuration');
      return this.write(
        old.config,
        before,
        { actor, managedBy: null, restoredFrom: version },
        manager,
      );
    });
  }

  private async editable(manager: EntityManager): Promise<RoutingConfigVersion> {
    await this.lock(manager);
    const current = await this.current(manager);
    if (current.managedBy === null) return current;
    throw new ConflictError('the routing is managed by the configuration file: change it there');
  }

  /** Versions are numbered without gaps: one writer at a time. */
  async lock(manager: EntityManager): Promise<void> {
    await manager.query('LOCK TABLE routing_configs IN SHARE ROW EXCLUSIVE MODE');
  }

  /** @param before the version it follows, read under the lock */
  async write(
    config: RoutingConfig,
    before: RoutingConfigVersion,
    { actor, managedBy, restoredFrom }: RoutingAuthor,
    manager: EntityManager,
  ): Promise<RoutingConfigVersion> {
    const row = manager.create(RoutingConfigVersion, {
      version: before.version + 1,
      config,
      managedBy,
      restoredFrom,
      createdBy: actor.username,
      createdAt: new Date(this.clock.now()),
    });
    await manager.insert(RoutingConfigVersion, row as object);
    await this.audit.record(
      {
        actor,
        action: 'routing_config.update',
        objectType: 'routing_config',
        objectId: String(row.version),
        changes: changesBetween(before.config, config),
      },
      manager,
    );
    return row;
  }
}

function initial(): RoutingConfigVersion {
  return Object.assign(new RoutingConfigVersion(), {
    version: 0,
    config: DEFAULT_ROUTING,
    managedBy: null,
    restoredFrom: null,
    createdBy: '',
    createdAt: new Date(0),
  });
}
