import type { Catalog } from '../catalog/catalog.js';
import type { RoutingPreferences } from '../catalog/routing-preferences.js';
import type { ProviderAdapter } from '../providers/provider-adapter.js';
import type { PlanRequest } from '../routing/routing.service.js';
import { canCarry } from './carrier-for.js';
import type { ClientCall } from './client-call.js';
import { estimateInputTokens } from './estimate-usage.js';
import { expectedOutputTokens } from './expected-output.js';

/**
 * What routing may know of a call. Tokens are only estimated for those who ask. A class, because V8 makes the getters of an
 * object literal anew for each object, in its old generation, where they keep the call alive until a full collection.
 */
export class CallPlanRequest implements PlanRequest {
  readonly catalog: Catalog;
  readonly model: string;
  readonly keyId: string;
  readonly session: string | null;
  readonly stream: boolean;
  readonly preferences: RoutingPreferences | null;
  readonly allowedModels: readonly string[];
  private estimatedInput: number | null = null;
  private estimatedOutput: number | null = null;

  /** @param usualOutputTokens for a client that does not say how long its answer may get */
  constructor(
    private readonly call: ClientCall,
    private readonly usualOutputTokens: number,
  ) {
    const { key } = call;
    this.catalog = call.catalog;
    this.model = call.model;
    this.keyId = key.id;
    this.session = call.session;
    this.stream = call.stream;
    this.preferences = key.routingPreferences;
    this.allowedModels = key.allowedModels;
  }

  get inputTokens(): number {
    return (this.estimatedInput ??= estimateInputTokens(this.call.body));
  }

  get outputTokens(): number {
    return (this.estimatedOutput ??= expectedOutputTokens(this.call, this.usualOutputTokens));
  }

  canServe(adapter: ProviderAdapter): boolean {
    return canCarry(adapter, this.call.operation);
  }
}
