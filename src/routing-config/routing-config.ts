/** How requests are routed: one document, versioned whole. Names of models may have a `*` at one end. */
export interface RoutingConfig {
  /** The strategy where neither model nor key names one. */
  readonly strategy: string;
  /** False: always the first account that may be asked, by priority, then by name. */
  readonly enabled: boolean;
  /** Models to be served with instead, in this order, when nobody can serve the one asked for. */
  readonly fallbacks: Readonly<Record<string, readonly string[]>>;
  /** The first pattern that matches counts. */
  readonly models: Readonly<Record<string, ModelRouting>>;
  /** What each dimension counts for `adaptive`, where a key does not say; absent ones as the strategy has them. */
  readonly weights: Readonly<Record<string, number>>;
  /** A second embeddings request after the usual time, the slower one aborted. Costs up to twice as much. */
  readonly hedge_embeddings: boolean;
}

/** What is different for some models. */
export interface ModelRouting {
  readonly strategy?: string;
  /** Milliseconds from sending a request to the first byte of a stream. */
  readonly first_byte_timeout_ms?: number;
  /** Milliseconds for a whole answer. */
  readonly response_timeout_ms?: number;
  /** Milliseconds to the first token from which on a call counts as slow. */
  readonly slow_call_ms?: number;
}

export const DEFAULT_ROUTING: RoutingConfig = {
  strategy: 'weighted_round_robin',
  enabled: true,
  fallbacks: {},
  models: {},
  weights: {},
  hedge_embeddings: false,
};
