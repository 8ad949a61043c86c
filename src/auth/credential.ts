import type { IncomingMessage } from 'node:http';
import { InvalidRequestError } from '../common/gateway-error.js';
import { valuesOf } from '../common/raw-headers.js';

const BEARER = /^Bearer +(\S+) *$/i;

/**
 * The one credential of a request, from `Authorization: Bearer`, `x-api-key` or Azure's `api-key`. Two different ones are an
 * error: which of them a proxy in front has checked would be anybody's guess.
 */
export function credentialOf({ rawHeaders }: IncomingMessage): string | null {
  let credential: string | null = null;
  for (const found of [
    ...valuesOf(rawHeaders, 'authorization').map((value) => BEARER.exec(value)?.[1]),
    ...valuesOf(rawHeaders, 'x-api-key').map((value) => value.trim()),
    ...valuesOf(rawHeaders, 'api-key').map((value) => value.trim()),
  ]) {
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
