import { modelRouting } from '../routing/model-routing.js';
import type { RoutingConfig } from '../routing-config/routing-config.js';

/** All in milliseconds. */
export interface ProxyTimeouts {
  /** From sending the request of a stream to its first byte. */
  readonly firstByteMs: number;
  /** Between two pieces of an answer. */
  readonly idleMs: number;
  readonly wholeAnswerMs: number;
  readonly streamMs: number;
  /** How long a client may leave what was written for it unread. */
  readonly slowReaderMs: number;
}

/** With what is configured for the model, as the client named it. */
export function timeoutsFor(
  general: ProxyTimeouts,
  routing: RoutingConfig,
  model: string,
): ProxyTimeouts {
  const own = modelRouting(routing, model);
  if (!own) return general;
  return {
    ...general,
    firstByteMs: own.first_byte_timeout_ms ?? general.firstByteMs,
    wholeAnswerMs: own.response_timeout_ms ?? general.wholeAnswerMs,
  };
}
