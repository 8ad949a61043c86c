import { CredentialError } from './credential-cipher.js';
import type { UpstreamAccount } from './upstream-account.entity.js';

/** An account as it is stored, read for the data plane. Disabled ones are included, and those whose credential cannot be read. */
export type StoredAccount = StoredSettings & (Usable | Faulty);

interface Usable {
  /** Decrypted; never logged. */
  readonly secret: string;
  readonly fault?: undefined;
}

interface Faulty {
  readonly secret?: undefined;
  /** Why the account cannot be used. */
  readonly fault: string;
}

export interface StoredSettings {
  readonly id: string;
  readonly name: string;
  /** The id of its adapter. */
  readonly provider: string;
  /** Without trailing slash; null is the provider's own. */
  readonly baseUrl: string | null;
  readonly weight: number;
  /** The lower, the earlier. */
  readonly priority: number;
  readonly isEnabled: boolean;
  /** For allowsModel(); empty is whatever the provider serves. */
  readonly models: readonly string[];
  /** A Map, because clients choose the keys that are looked up. */
  readonly modelMapping: ReadonlyMap<string, string>;
  readonly maxConcurrency: number | null;
  readonly requestsPerMinute: number | null;
  readonly tokensPerMinute: number | null;
  /** Null is the gateway's setting. */
  readonly verifySsl: boolean | null;
  readonly circuit: 'forced_open' | 'disabled' | null;
}

/** @param secretOf throws CredentialError, which becomes the account's fault: one bad row never hides the others */
export function toStoredAccount(
  account: UpstreamAccount,
  secretOf: (account: UpstreamAccount) => string,
): StoredAccount {
  const settings: StoredSettings = {
    id: account.id,
    name: account.name,
    provider: account.provider,
    baseUrl: account.baseUrl?.replace(/\/+$/, '') ?? null,
    weight: account.weight,
    priority: account.priority,
    isEnabled: account.isEnabled,
    models: account.models,
    modelMapping: new Map(Object.entries(account.modelMapping as Record<string, string>)),
    maxConcurrency: account.maxConcurrency,
    requestsPerMinute: account.requestsPerMinute,
    tokensPerMinute: account.tokensPerMinute,
    verifySsl: account.verifySsl,
    circuit: account.circuit,
  };
  try {
    return { ...settings, secret: secretOf(account) };
  } catch (error) {
    if (!(error instanceof CredentialError)) throw error;
    return { ...settings, fault: error.message };
  }
}
