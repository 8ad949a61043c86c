import type { PlanRequest } from '../routing/routing.service.js';
import { canCarry } from './carrier-for.js';
import type { ClientCall } from './client-call.js';
import { estimateInputTokens } from './estimate-usage.js';
import { expectedOutputTokens } from './expected-output.js';

/**
 * What routing may know of a call. Tokens are only estimated for those who ask.
 * @param usualOutputTokens for a client that does not say how long its answer may get
 */
export function planRequestFor(call: ClientCall, usualOutputTokens: number): PlanRequest {
  const { catalog, key, model, session, stream, operation, body } = call;
  let inputTokens: number | undefined;
  let outputTokens: number | undefined;
  return {
    catalog,
    model,
    keyId: key.id,
    session,
    stream,
    get inputTokens() {
      return (inputTokens ??= estimateInputTokens(body));
    },
    get outputTokens() {
      return (outputTokens ??= expectedOutputTokens(call, usualOutputTokens));
    },
    preferences: key.routingPreferences,
    allowedModels: key.allowedModels,
    canServe: (adapter) => canCarry(adapter, operation),
  };
}
