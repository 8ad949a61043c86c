import type { JsonObject } from '../read-json.js';
import { MalformedAnswerError } from '../translation.js';

export interface ErnieToken {
  readonly accessToken: string;
  readonly expiresInSeconds: number;
}

/** As Baidu documents it: 30 days. */
const USUAL_LIFETIME_SECONDS = 2_592_000;

/** Reads the answer of `oauth/2.0/token`. Throws MalformedAnswerError, in Baidu's own words where it refuses. */
export function readErnieToken(body: JsonObject): ErnieToken {
  const { access_token: accessToken, expires_in: expiresIn, error_description: words } = body;
  if (typeof accessToken !== 'string' || accessToken === '') {
    throw new MalformedAnswerError(typeof words === 'string' ? words : 'the answer has no token');
  }
  const isLifetime = typeof expiresIn === 'number' && expiresIn > 0;
  return { accessToken, expiresInSeconds: isLifetime ? expiresIn : USUAL_LIFETIME_SECONDS };
}
