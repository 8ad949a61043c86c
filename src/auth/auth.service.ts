import { Injectable } from '@nestjs/common';
import type { Origin } from '../audit/actor.js';
import { AccessTokens } from './access-tokens.js';
import { InvalidCredentialsError, InvalidRefreshTokenError } from './auth-error.js';
import { CredentialsService } from './credentials.service.js';
import { ExpiredRows } from './expired-rows.js';
import type { LoginSource } from './login-throttles.service.js';
import { RefreshService } from './refresh.service.js';
import {
  SessionsService,
  type KnownUser,
  type OpenSession,
  type SessionUser,
} from './sessions.service.js';

/** What a person gets who has signed in. */
export interface SignIn {
  accessToken: string;
  refreshToken: string;
  user: SessionUser;
}

/** How sessions of people begin, go on and end. */
@Injectable()
export class AuthService {
  constructor(
    private readonly credentials: CredentialsService,
    private readonly sessions: SessionsService,
    private readonly refreshes: RefreshService,
    private readonly accessTokens: AccessTokens,
    private readonly expiredRows: ExpiredRows,
  ) {}

  async login(source: LoginSource, password: string): Promise<SignIn> {
    const user = await this.credentials.verify(source, password);
    await this.expiredRows.purge();
    return this.signIn(user, source);
  }

  /** Opens a session for somebody who has just proved who they are. */
  async signIn(user: KnownUser, origin: Origin): Promise<SignIn> {
    const session = await this.sessions.open(user, origin);
    const signIn = session && (await this.describe(session));
    if (!signIn) throw new InvalidCredentialsError();
    return signIn;
  }

  async refresh(refreshToken: string, origin: Origin): Promise<SignIn> {
    const session = await this.refreshes.rotate(refreshToken, origin);
    const signIn = await this.describe(session);
    if (!signIn) throw new InvalidRefreshTokenError();
    return signIn;
  }

  logout(sessionId: string): Promise<void> {
    return this.sessions.end(sessionId);
  }

  private async describe({ sessionId, refreshToken }: OpenSession): Promise<SignIn | null> {
    const user = await this.sessions.findUser(sessionId);
    if (!user) return null;
    const accessToken = await this.accessTokens.sign({
      sub: user.id,
      sid: sessionId,
      token_version: user.tokenVersion,
    });
    return { accessToken, refreshToken, user };
  }
}
