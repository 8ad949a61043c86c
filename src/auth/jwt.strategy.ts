import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import { isUUID } from 'class-validator';
import { Strategy } from 'passport-jwt';
import { UnauthenticatedError } from '../common/gateway-error.js';
import { GatewayConfig } from '../config/gateway-config.js';
import { JWT_ALGORITHM, JWT_AUDIENCE, JWT_ISSUER, type AccessClaims } from './access-tokens.js';
import { credentialOf } from './credential.js';
import { SessionsService, type SessionUser } from './sessions.service.js';

/** Checks the signature and the claims, then asks the database whether session and user are still what they were. */
@Injectable()
export class JwtStrategy extends PassportStrategy(Strategy) {
  constructor(
    { secrets, environment }: GatewayConfig,
    private readonly sessions: SessionsService,
  ) {
    super({
      jwtFromRequest: credentialOf,
      secretOrKey: secrets.jwt,
      algorithms: [JWT_ALGORITHM],
      issuer: JWT_ISSUER,
      audience: JWT_AUDIENCE,
      // Bounds a token even if it says otherwise about its own end.
      jsonWebTokenOptions: { maxAge: environment.ACCESS_TOKEN_TTL_SECONDS },
    });
  }

  async validate(claims: Partial<AccessClaims>): Promise<SessionUser> {
    const { sub, sid, token_version: tokenVersion } = claims;
    if (!isUUID(sub) || !sid || !isUUID(sid)) throw new UnauthenticatedError('not an access token');
    const user = await this.sessions.findUser(sid);
    if (!user || user.id !== sub || user.tokenVersion !== tokenVersion) {
      throw new UnauthenticatedError('the session has ended: sign in again');
    }
    return user;
  }
}
