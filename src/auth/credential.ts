import type { IncomingMessage } from 'node:http';
import { InvalidRequestError } from '../common/gateway-error.js';

const BEARER = /^Bearer +(\S+) *$/i;

/**
 * The one credential of a request, from `Authorization: Bearer` or `x-api-key`. Two different ones are an error: which of
 * them a proxy in front has checked would be anybody's guess.
 */
export function credentialOf(request: IncomingMessage): string | null {
  const { authorization = [], 'x-api-key': keys = [] } = request.headersDistinct;
  const found = new Set<string>();
  for (const value of authorization) {
    const bearer = BEARER.exec(value)?.[1];
    if (bearer) found.add(bearer);
  }
  for (const value of keys) if (value.trim()) found.add(value.trim());
  if (found.size > 1) {
    throw new InvalidRequestError('two different credentials: send one', {
      param: 'authorization',
    });
  }
  const [credential = null] = found;
  return credential;
}
