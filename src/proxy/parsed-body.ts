import { InvalidRequestError } from '../common/gateway-error.js';
import { InvalidConversationError } from '../protocols/translation.js';
import type { ClientCall } from './client-call.js';

const decoded = new WeakMap<ClientCall, unknown>();

/** The client's request as its protocol has it, decoded once for all accounts that are tried. Throws InvalidRequestError. */
export function parsedBody<T>(call: ClientCall, decode: (body: Record<string, unknown>) => T): T {
  if (decoded.has(call)) return decoded.get(call) as T;
  const request = decodeBody(call, decode);
  decoded.set(call, request);
  return request;
}

function decodeBody<T>({ body }: ClientCall, decode: (body: Record<string, unknown>) => T): T {
  try {
    return decode(JSON.parse(body.toString('utf8')) as Record<string, unknown>);
  } catch (cause) {
    if (cause instanceof InvalidConversationError) {
      const { param, message } = cause;
      throw new InvalidRequestError(message.startsWith(param) ? message : `${param}: ${message}`, {
        cause,
        param,
      });
    }
    if (!(cause instanceof SyntaxError)) throw cause;
    throw new InvalidRequestError(`the body is not valid JSON: ${cause.message}`, { cause });
  }
}
