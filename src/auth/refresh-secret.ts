import { createHash, randomBytes } from 'node:crypto';

const PREFIX = 'rt_';

/** 256 random bits: nothing to guess, so a plain hash is enough to keep them. */
export function newRefreshSecret(): string {
  return PREFIX + randomBytes(32).toString('base64url');
}

export function hashRefreshSecret(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}
