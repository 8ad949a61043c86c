import { findAdapter } from '../providers/adapters/index.js';

/** How a key, or the user who owns it, wants its requests routed. */
export interface RoutingPreferences {
  /** Instead of the configured strategy. */
  readonly strategy?: string;
  /** How much each dimension counts for `adaptive`, relative to the others; absent ones count as configured. */
  readonly weights?: Partial<Record<PreferenceDimension, number>>;
  /** Asked before all others, whatever the strategy says. */
  readonly preferredProviders?: readonly string[];
  /** Never asked. */
  readonly excludedProviders?: readonly string[];
}

export type PreferenceDimension = 'latency' | 'cost' | 'reliability' | 'capacity';

/** As the API stores them. */
interface StoredPreferences {
  strategy?: string;
  weights?: Partial<Record<PreferenceDimension, number>>;
  preferred_providers?: string[];
  excluded_providers?: string[];
}

/** Reads what was checked when it was written. */
export function toRoutingPreferences(stored: object | null): RoutingPreferences | null {
  if (stored === null) return null;
  const { strategy, weights, preferred_providers, excluded_providers } =
    stored as StoredPreferences;
  return {
    ...(strategy && { strategy }),
    ...(weights && { weights }),
    ...(preferred_providers && { preferredProviders: preferred_providers.map(canonical) }),
    ...(excluded_providers && { excludedProviders: excluded_providers.map(canonical) }),
  };
}

/** Aliases mean the same provider. */
function canonical(name: string): string {
  return findAdapter(name)?.provider ?? name;
}
