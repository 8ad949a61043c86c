import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import type { Actor, Origin } from '../audit/actor.js';
import { AuditService } from '../audit/audit.service.js';
import { changesBetween } from '../audit/changes.js';
import { Clock } from '../common/clock.js';
import { ConflictError, NotFoundError } from '../common/gateway-error.js';
import type { UsageLimitsDto } from '../common/usage-limits.dto.js';
import type { Role } from '../access/principal.js';
import { PasswordHasher } from './password-hasher.js';
import { refuseGuessable } from './password-policy.js';
import { SessionsService, type KnownUser } from './sessions.service.js';
import { auditedState, User } from './user.entity.js';
import { limitColumns } from './user-limits.js';

/** Only what is given changes. */
export interface UserChange {
  role?: Role | undefined;
  isActive?: boolean | undefined;
  password?: string | undefined;
  limits?: UsageLimitsDto | undefined;
  /** Null takes them away. */
  routingPreferences?: object | null | undefined;
}

const PASSWORD_REPLACED = { from: '(hidden)', to: '(replaced)' };

/** Changes to users that must reach their sessions at once, on every instance. */
@Injectable()
export class UserChanges {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly sessions: SessionsService,
    private readonly hasher: PasswordHasher,
    private readonly clock: Clock,
    private readonly audit: AuditService,
  ) {}

  /** Throws NotFoundError, or ConflictError when no active administrator would be left. */
  async update(id: string, change: UserChange, actor: Actor): Promise<User> {
    const { role, isActive, password, limits = {}, routingPreferences } = change;
    const passwordHash = password && (await this.hashFor(id, password));
    return this.dataSource.transaction(async (manager) => {
      if (role === 'user' || isActive === false) await this.keepOneAdministrator(manager, id);
      const user = await this.lock(manager, id);
      const before = auditedState(user);
      const changesRole = role !== undefined && role !== user.role;
      const changesStatus = isActive !== undefined && isActive !== user.isActive;
      const endsTokens = changesRole || changesStatus || Boolean(passwordHash);
      Object.assign(user, limitColumns(limits));
      if (routingPreferences !== undefined) user.routingPreferences = routingPreferences;
      const changesSettings = Object.keys(changesBetween(before, auditedState(user))).length > 0;
      if (!endsTokens && !changesSettings) return user;
      Object.assign(user, {
        ...(role && { role }),
        ...(isActive !== undefined && { isActive }),
        ...(passwordHash && { passwordHash, mustChangePassword: false }),
        ...(endsTokens && { tokenVersion: user.tokenVersion + 1 }),
        updatedAt: new Date(this.clock.now()),
      });
      await manager.save(User, user);
      if (passwordHash) await this.sessions.revokeAll(manager, id, 'password reset');
      if (!user.isActive) await this.sessions.revokeAll(manager, id, 'user disabled');
      const changes = changesBetween(before, auditedState(user));
      if (passwordHash) changes['password'] = PASSWORD_REPLACED;
      const action = changesStatus && !user.isActive ? 'user.disable' : 'user.update';
      await this.audit.record(
        { actor, action, objectType: 'user', objectId: id, changes },
        manager,
      );
      return user;
    });
  }

  /**
   * Sets the password somebody chose for themselves and ends all their sessions. Null when the user was changed since
   * `tokenVersion` was read.
   */
  replacePassword(
    { id, username, tokenVersion }: KnownUser,
    passwordHash: string,
    origin: Origin,
  ): Promise<KnownUser | null> {
    return this.dataSource.transaction(async (manager) => {
      const { affected } = await manager.update(
        User,
        { id, tokenVersion, isActive: true },
        {
          passwordHash,
          mustChangePassword: false,
          tokenVersion: tokenVersion + 1,
          updatedAt: new Date(this.clock.now()),
        },
      );
      if (!affected) return null;
      await this.sessions.revokeAll(manager, id, 'password changed');
      const actor = { ...origin, userId: id, username };
      const action = 'user.password_change';
      await this.audit.record({ actor, action, objectType: 'user', objectId: id }, manager);
      return { id, username, tokenVersion: tokenVersion + 1 };
    });
  }

  private async hashFor(id: string, password: string): Promise<string> {
    const user = await this.dataSource.manager.findOneBy(User, { id });
    if (!user) throw new NotFoundError('no such user');
    refuseGuessable(password, user.username, 'password');
    return this.hasher.hash(password);
  }

  private async lock(manager: EntityManager, id: string): Promise<User> {
    const user = await manager.findOne(User, {
      where: { id },
      lock: { mode: 'pessimistic_write' },
    });
    if (!user) throw new NotFoundError('no such user');
    return user;
  }

  /** Locks all administrators: of two who remove each other at once, the second has to wait and then may not. */
  private async keepOneAdministrator(manager: EntityManager, id: string): Promise<void> {
    const rows = await manager.query<{ id: string }[]>(
      `SELECT id FROM users WHERE role = 'admin' AND is_active ORDER BY id FOR UPDATE`,
    );
    if (rows.length === 1 && rows[0]!.id === id) {
      throw new ConflictError('the last active administrator cannot be disabled or demoted');
    }
  }
}
