import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import type { Origin } from '../audit/actor.js';
import { AuditService } from '../audit/audit.service.js';
import { Clock } from '../common/clock.js';
import { Logger } from '../common/logger.js';
import { InvalidRefreshTokenError } from './auth-error.js';
import { hashRefreshSecret } from './refresh-secret.js';
import { SessionsService, type OpenSession } from './sessions.service.js';

interface TokenRow {
  id: string;
  sessionId: string;
  userId: string;
  username: string;
  expiresAt: Date;
  usedAt: Date | null;
  revokedAt: Date | null;
}

/** Exchanges a refresh token for the next one. Each works once (RFC 9700, 4.14.2). */
@Injectable()
export class RefreshService {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly sessions: SessionsService,
    private readonly clock: Clock,
    private readonly logger: Logger,
    private readonly audit: AuditService,
  ) {}

  /** Throws InvalidRefreshTokenError. */
  async rotate(secret: string, origin: Origin): Promise<OpenSession> {
    const session = await this.dataSource.transaction((manager) =>
      this.exchange(manager, secret, origin),
    );
    // Thrown out here, because inside it would roll the revocation back.
    if (!session) throw new InvalidRefreshTokenError();
    return session;
  }

  private async exchange(
    manager: EntityManager,
    secret: string,
    origin: Origin,
  ): Promise<OpenSession | null> {
    const now = new Date(this.clock.now());
    const token = await this.lock(manager, secret);
    if (!token || token.revokedAt || token.expiresAt <= now) return null;
    if (token.usedAt) {
      await this.endStolen(manager, token, origin);
      return null;
    }
    await manager.query('UPDATE refresh_tokens SET used_at = $2 WHERE id = $1', [token.id, now]);
    await manager.query('DELETE FROM refresh_tokens WHERE session_id = $1 AND expires_at <= $2', [
      token.sessionId,
      now,
    ]);
    const refreshToken = await this.sessions.addRefreshToken(manager, token.sessionId);
    return { sessionId: token.sessionId, refreshToken };
  }

  private async endStolen(
    manager: EntityManager,
    { sessionId, userId, username }: TokenRow,
    origin: Origin,
  ): Promise<void> {
    await this.sessions.revoke(manager, sessionId, 'refresh token used twice');
    const actor = { ...origin, userId, username };
    await this.audit.record(
      { actor, action: 'session.reuse_detected', objectType: 'session', objectId: sessionId },
      manager,
    );
    this.logger.warn('a refresh token came twice, its session is revoked', 'Auth', {
      session_id: sessionId,
      user_id: userId,
    });
  }

  /**
   * Waits for the session and only then reads the token: of two who come at once, the second sees what the first did.
   */
  private async lock(manager: EntityManager, secret: string): Promise<TokenRow | undefined> {
    const hash = hashRefreshSecret(secret);
    await manager.query(
      `SELECT 1 FROM sessions WHERE id = (SELECT session_id FROM refresh_tokens WHERE token_hash = $1)
       FOR UPDATE`,
      [hash],
    );
    const rows = await manager.query<TokenRow[]>(
      `SELECT t.id, t.session_id AS "sessionId", s.user_id AS "userId", u.username,
              t.expires_at AS "expiresAt", t.used_at AS "usedAt", s.revoked_at AS "revokedAt"
       FROM refresh_tokens t
       JOIN sessions s ON s.id = t.session_id
       JOIN users u ON u.id = s.user_id
       WHERE t.token_hash = $1`,
      [hash],
    );
    return rows[0];
  }
}
