import { createHash, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { GatewayConfig } from '../config/gateway-config.js';
import type { Principal } from '../access/principal.js';

/** The name is one that no user can have: theirs are lower case. */
export const ADMIN_KEY_PRINCIPAL: Principal = Object.freeze({
  userId: null,
  username: 'ADMIN_KEY',
  role: 'admin',
  sessionId: null,
});

/** The operator's key from the environment. */
@Injectable()
export class AdminKey {
  private readonly digest: Buffer | null;

  constructor({ environment }: GatewayConfig) {
    this.digest = environment.ADMIN_KEY ? sha256(environment.ADMIN_KEY) : null;
  }

  /** Takes the same time for any credential: digests have one length. */
  matches(credential: string): boolean {
    return this.digest !== null && timingSafeEqual(sha256(credential), this.digest);
  }
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
