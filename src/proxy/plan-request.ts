import type { PlanRequest } from '../routing/routing.service.js';
import { canCarry } from './carrier-for.js';
import type { ClientCall } from './client-call.js';

/** About right for English and code; only prices and limits are compared by it. */
const BYTES_PER_TOKEN = 4;
/** For a client that does not say how long its answer may get. */
const USUAL_OUTPUT_TOKENS = 500;

/** What routing may know of a call. */
export function planRequestFor(call: ClientCall): PlanRequest {
  const { catalog, key, model, session, stream, operation, body } = call;
  return {
    catalog,
    model,
    keyId: key.id,
    session,
    stream,
    inputTokens: Math.ceil(body.length / BYTES_PER_TOKEN),
    outputTokens: operation === 'embeddings' ? 0 : USUAL_OUTPUT_TOKENS,
    preferences: key.routingPreferences,
    allowedModels: key.allowedModels,
    canServe: (adapter) => canCarry(adapter, operation),
  };
}
