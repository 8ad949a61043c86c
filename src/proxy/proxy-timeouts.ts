import type { GatewayConfig } from '../config/gateway-config.js';
import { modelRouting } from '../routing/model-routing.js';
import type { RoutingConfig } from '../routing-config/routing-config.js';

/** All in milliseconds. */
export abstract class ProxyTimeouts {
  /** From sending the request of a stream to its first byte. */
  abstract readonly firstByteMs: number;
  /** Between two pieces of an answer. */
  abstract readonly idleMs: number;
  abstract readonly wholeAnswerMs: number;
  abstract readonly streamMs: number;
  /** How long a client may leave what was written for it unread. */
  abstract readonly slowReaderMs: number;
}

export function proxyTimeouts({ environment }: GatewayConfig): ProxyTimeouts {
  return {
    firstByteMs: environment.UPSTREAM_FIRST_BYTE_TIMEOUT_MS,
    idleMs: environment.UPSTREAM_IDLE_TIMEOUT_MS,
    wholeAnswerMs: environment.UPSTREAM_RESPONSE_TIMEOUT_MS,
    streamMs: environment.UPSTREAM_MAX_STREAM_MS,
    slowReaderMs: environment.SLOW_READER_TIMEOUT_MS,
  };
}

/** With what is configured for the model, as the client named it. */
export function timeoutsFor(
  general: ProxyTimeouts,
  routing: RoutingConfig,
  model: string,
): ProxyTimeouts {
  const own = modelRouting(routing, model);
  if (!own) return general;
  const { idleMs, streamMs, slowReaderMs } = general;
  return {
    firstByteMs: own.first_byte_timeout_ms ?? general.firstByteMs,
    idleMs,
    wholeAnswerMs: own.response_timeout_ms ?? general.wholeAnswerMs,
    streamMs,
    slowReaderMs,
  };
}
