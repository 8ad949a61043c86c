import type { IncomingMessage } from 'node:http';
import { InvalidRequestError } from '../common/gateway-error.js';

const BEARER = /^Bearer +(\S+) *$/i;

/** Where programs put their credential, and how it is read there. */
const READERS = new Map<string, (value: string) => string | undefined>([
  ['authorization', (value) => BEARER.exec(value)?.[1]],
  ['x-api-key', (value) => value.trim()],
  // Azure's.
  ['api-key', (value) => value.trim()],
]);
/** Most headers are told apart by the length of their names. */
const LENGTHS = new Set([...READERS.keys()].map(({ length }) => length));

/**
 * The one credential of a request, from `Authorization: Bearer`, `x-api-key` or `api-key`. Two different ones are an error: which
 * of them a proxy in front has checked would be anybody's guess. Of the headers as they came: Node's `headers` drops repetitions.
 */
export function credentialOf({ rawHeaders }: IncomingMessage): string | null {
  let credential: string | null = null;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]!;
    if (!LENGTHS.has(name.length)) continue;
    const found = READERS.get(name.toLowerCase())?.(rawHeaders[index + 1]!);
    if (!found) continue;
    if (credential !== null && credential !== found) {
      throw new InvalidRequestError('two different credentials: send one', {
        param: 'authorization',
      });
    }
    credential = found;
  }
  return credential;
}
