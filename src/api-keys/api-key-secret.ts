import { createHmac, createSecretKey, randomBytes, type KeyObject } from 'node:crypto';
import { crc32 } from 'node:zlib';

const PREFIX = 'sk-gw-';
const RANDOM_BYTES = 32;
/** 62^43 is the first power of 62 above 2^256. */
const RANDOM_LENGTH = 43;
/** 62^6 is the first power of 62 above 2^32. */
const CHECKSUM_LENGTH = 6;
const SHAPE = /^sk-gw-[0-9A-Za-z]{43}_[0-9A-Za-z]{6}$/;
const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const SHOWN_LENGTH = 12;

/** Keys that callers bring along have at least this many characters. */
export const MIN_SECRET_LENGTH = 16;

/** `sk-gw-` + 256 random bits + `_` + checksum: a form that secret scanners can tell from chance. */
export function generateSecret(random: Uint8Array = randomBytes(RANDOM_BYTES)): string {
  const number = BigInt(`0x${Buffer.from(random).toString('hex')}`);
  const body = PREFIX + base62(number, RANDOM_LENGTH);
  return `${body}_${checksum(body)}`;
}

/** False only for a key that claims to be ours and is not: a typing error, told without any lookup. */
export function hasValidChecksum(secret: string): boolean {
  if (!secret.startsWith(PREFIX)) return true;
  if (!SHAPE.test(secret)) return false;
  const end = secret.length - CHECKSUM_LENGTH;
  return checksum(secret.slice(0, end - 1)) === secret.slice(end);
}

/** What may be shown of a key: of one that somebody brought along never more than a quarter. */
export function displayPrefix(secret: string): string {
  const shown = secret.startsWith(PREFIX) ? SHOWN_LENGTH : Math.floor(secret.length / 4);
  return secret.slice(0, Math.min(shown, SHOWN_LENGTH));
}

/** Keys are long and random, so one HMAC is enough; without the pepper a stolen database is no list to try keys on. */
export class ApiKeyHasher {
  /** A KeyObject made once: with the plain pepper each digest costs ten times as much. */
  private readonly pepper: KeyObject;

  constructor(pepper: string) {
    this.pepper = createSecretKey(pepper, 'utf8');
  }

  /** HMAC-SHA-256 in hexadecimal, by which the catalog finds the key. */
  digest(secret: string): string {
    return createHmac('sha256', this.pepper).update(secret).digest('hex');
  }
}

function checksum(body: string): string {
  return base62(BigInt(crc32(body)), CHECKSUM_LENGTH);
}

function base62(number: bigint, length: number): string {
  let text = '';
  for (let rest = number; text.length < length; rest /= 62n) {
    text = DIGITS[Number(rest % 62n)] + text;
  }
  return text;
}
