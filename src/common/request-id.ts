import { randomUUID } from 'node:crypto';

/**
 * A UUID whose order is its time (RFC 9562, version 7).
 * @param timeMs milliseconds since the epoch
 * @param random a UUID of version 4, whose 74 random bits behind the place of the time it takes over, with its variant
 */
export function uuidv7(timeMs: number, random: string = randomUUID()): string {
  const time = Math.floor(timeMs).toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${random.slice(15)}`;
}
