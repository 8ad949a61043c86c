import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import type { Origin } from '../audit/actor.js';
import { AuditService } from '../audit/audit.service.js';
import { Clock } from '../common/clock.js';
import { UnauthenticatedError } from '../common/gateway-error.js';
import { GatewayConfig } from '../config/gateway-config.js';
import type { Role } from '../access/principal.js';
import { hashRefreshSecret, newRefreshSecret } from './refresh-secret.js';

/** A user as one of their sessions sees them. */
export interface SessionUser {
  id: string;
  username: string;
  role: Role;
  mustChangePassword: boolean;
  tokenVersion: number;
  createdAt: Date;
  sessionId: string;
}

/** Somebody who has just proved who they are. */
export interface KnownUser {
  readonly id: string;
  readonly username: string;
  readonly tokenVersion: number;
}

export interface OpenSession {
  sessionId: string;
  refreshToken: string;
}

const SESSION_USER = `
  u.id, u.username, u.role, u.must_change_password AS "mustChangePassword",
  u.token_version AS "tokenVersion", u.created_at AS "createdAt", s.id AS "sessionId"`;

/** Sign-ins. A session lives as long as its newest refresh token and ends for all instances at once when it is revoked. */
@Injectable()
export class SessionsService {
  private readonly ttlMs: number;

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly clock: Clock,
    private readonly audit: AuditService,
    { environment }: GatewayConfig,
  ) {
    this.ttlMs = environment.REFRESH_TOKEN_TTL_SECONDS * 1000;
  }

  /** The active user of a live session, read anew from the database. */
  async findUser(sessionId: string): Promise<SessionUser | null> {
    const rows = await this.dataSource.query<SessionUser[]>(
      `SELECT ${SESSION_USER} FROM sessions s JOIN users u ON u.id = s.user_id
       WHERE s.id = $1 AND s.revoked_at IS NULL AND s.expires_at > $2 AND u.is_active`,
      [sessionId, this.now()],
    );
    return rows[0] ?? null;
  }

  /** Throws UnauthenticatedError when the session ended since it was last looked at. */
  async getUser(sessionId: string): Promise<SessionUser> {
    const user = await this.findUser(sessionId);
    if (!user) throw new UnauthenticatedError('the session has ended: sign in again');
    return user;
  }

  /** Null when the user was disabled or changed since `tokenVersion` was read. */
  open({ id, username, tokenVersion }: KnownUser, origin: Origin): Promise<OpenSession | null> {
    return this.dataSource.transaction(async (manager) => {
      // FOR SHARE waits for a change under way: a login that began with the old password must not outlive it.
      const rows = await manager.query<{ id: string }[]>(
        `INSERT INTO sessions (user_id, client_address, created_at, expires_at)
         SELECT id, $3::text, $4::timestamptz, $5::timestamptz FROM users
         WHERE id = $1 AND token_version = $2 AND is_active FOR SHARE
         RETURNING id`,
        [id, tokenVersion, origin.address, this.now(), this.expiry()],
      );
      const sessionId = rows[0]?.id;
      if (!sessionId) return null;
      const actor = { ...origin, userId: id, username };
      await this.audit.record(
        { actor, action: 'session.open', objectType: 'session', objectId: sessionId },
        manager,
      );
      return { sessionId, refreshToken: await this.addRefreshToken(manager, sessionId) };
    });
  }

  /** A new refresh token of the session, which now lives as long as the token. */
  async addRefreshToken(manager: EntityManager, sessionId: string): Promise<string> {
    const secret = newRefreshSecret();
    const expiry = this.expiry();
    await manager.query(
      `INSERT INTO refresh_tokens (session_id, token_hash, created_at, expires_at)
       VALUES ($1, $2, $3, $4)`,
      [sessionId, hashRefreshSecret(secret), this.now(), expiry],
    );
    await manager.query('UPDATE sessions SET expires_at = $2 WHERE id = $1', [sessionId, expiry]);
    return secret;
  }

  async end(sessionId: string): Promise<void> {
    await this.revoke(this.dataSource.manager, sessionId, 'logout');
  }

  /** @param manager of the transaction it belongs to */
  async revoke(manager: EntityManager, sessionId: string, reason: string): Promise<void> {
    await manager.query(
      `UPDATE sessions SET revoked_at = $2, revoked_reason = $3
       WHERE id = $1 AND revoked_at IS NULL`,
      [sessionId, this.now(), reason],
    );
  }

  async revokeAll(manager: EntityManager, userId: string, reason: string): Promise<void> {
    await manager.query(
      `UPDATE sessions SET revoked_at = $2, revoked_reason = $3
       WHERE user_id = $1 AND revoked_at IS NULL`,
      [userId, this.now(), reason],
    );
  }

  private now(): Date {
    return new Date(this.clock.now());
  }

  private expiry(): Date {
    return new Date(this.clock.now() + this.ttlMs);
  }
}
