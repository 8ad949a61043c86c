import { InvalidRequestError } from './gateway-error.js';

/** No document of this API is half as deep. */
const MAX_DEPTH = 64;
const [QUOTE, BACKSLASH, ARRAY, OBJECT, ARRAY_END, OBJECT_END] = Buffer.from('"\\[{]}');

/**
 * Looks at a body before it is parsed: whatever walks through a deep document afterwards would run out of stack.
 * Throws InvalidRequestError.
 */
export function refuseDeep(_request: unknown, _response: unknown, body: Buffer): void {
  let depth = 0;
  let isText = false;
  for (let at = 0; at < body.length; at++) {
    const byte = body[at];
    if (isText) {
      if (byte === BACKSLASH) at++;
      else if (byte === QUOTE) isText = false;
    } else if (byte === QUOTE) {
      isText = true;
    } else if (byte === ARRAY || byte === OBJECT) {
      if (++depth > MAX_DEPTH) throw new InvalidRequestError('the body is nested too deeply');
    } else if (byte === ARRAY_END || byte === OBJECT_END) {
      depth--;
    }
  }
}
