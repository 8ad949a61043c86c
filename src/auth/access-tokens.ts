import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { JwtService, type JwtModuleOptions } from '@nestjs/jwt';
import { Clock } from '../common/clock.js';
import type { GatewayConfig } from '../config/gateway-config.js';

export const JWT_ALGORITHM = 'HS256';
export const JWT_ISSUER = 'llm-gateway';
export const JWT_AUDIENCE = 'llm-gateway-api';

/** What an access token says. Role and status are not in it: they are read anew at each call. */
export interface AccessClaims {
  /** User id. */
  sub: string;
  /** Session id. */
  sid: string;
  token_version: number;
}

export function jwtOptions({ secrets, environment }: GatewayConfig): JwtModuleOptions {
  return {
    secret: secrets.jwt,
    signOptions: {
      algorithm: JWT_ALGORITHM,
      issuer: JWT_ISSUER,
      audience: JWT_AUDIENCE,
      expiresIn: environment.ACCESS_TOKEN_TTL_SECONDS,
    },
  };
}

@Injectable()
export class AccessTokens {
  constructor(
    private readonly jwt: JwtService,
    private readonly clock: Clock,
  ) {}

  sign(claims: AccessClaims): Promise<string> {
    const iat = Math.floor(this.clock.now() / 1000);
    return this.jwt.signAsync({ ...claims, iat }, { jwtid: randomUUID() });
  }
}
