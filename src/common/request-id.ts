import { randomFillSync } from 'node:crypto';

const POOL_BYTES = 4096;
const pool = Buffer.allocUnsafe(POOL_BYTES);
let used = POOL_BYTES;

/** Ten random bytes a call, drawn from the system in blocks because one draw each costs more than the id. */
function randomBytes10(): Buffer {
  if (used + 10 > POOL_BYTES) {
    randomFillSync(pool);
    used = 0;
  }
  const slice = pool.subarray(used, used + 10);
  used += 10;
  return slice;
}

/**
 * A UUID whose order is its time (RFC 9562, version 7).
 * @param timeMs milliseconds since the epoch
 */
export function uuidv7(timeMs: number, random: Uint8Array = randomBytes10()): string {
  const time = Math.floor(timeMs).toString(16).padStart(12, '0');
  const tail = Buffer.from(random);
  tail[0] = (tail[0]! & 0x0f) | 0x70;
  tail[2] = (tail[2]! & 0x3f) | 0x80;
  const hex = tail.toString('hex');
  return `${time.slice(0, 8)}-${time.slice(8)}-${hex.slice(0, 4)}-${hex.slice(4, 8)}-${hex.slice(8)}`;
}
