import type { UpstreamAccount } from '../upstream-account.entity.js';

export class UpstreamAccountDto {
  id: string;

  /** @example "openai-1" */
  name: string;

  /** @example "openai" */
  provider: string;

  /** Null is the provider's own address. */
  base_url: string | null;

  /** The credential itself is never shown. */
  has_credential: boolean;

  /**
   * The credential's last characters, to recognise it by.
   * @example "x3Qa"
   */
  api_key_hint: string;

  weight: number;

  priority: number;

  enabled: boolean;

  /** Empty is whatever the provider serves. */
  models: string[];

  /** @example { "gpt-4.1": "gpt-4.1-2025-04-14" } */
  model_mapping: object;

  max_concurrency: number | null;

  requests_per_minute: number | null;

  tokens_per_minute: number | null;

  /** Null is the gateway's setting. */
  verify_ssl: boolean | null;

  /** What an operator has ordered of its circuit breakers; null leaves them alone. */
  circuit: 'forced_open' | 'disabled' | null;

  /** `file` when the configuration file declares it; then it is changed there. */
  managed_by: 'file' | null;

  created_at: Date;

  updated_at: Date;

  static from(account: UpstreamAccount): UpstreamAccountDto {
    return {
      id: account.id,
      name: account.name,
      provider: account.provider,
      base_url: account.baseUrl,
      has_credential: true,
      api_key_hint: account.credentialHint,
      weight: account.weight,
      priority: account.priority,
      enabled: account.isEnabled,
      models: account.models,
      model_mapping: account.modelMapping,
      max_concurrency: account.maxConcurrency,
      requests_per_minute: account.requestsPerMinute,
      tokens_per_minute: account.tokensPerMinute,
      verify_ssl: account.verifySsl,
      circuit: account.circuit,
      managed_by: account.managedBy,
      created_at: account.createdAt,
      updated_at: account.updatedAt,
    };
  }
}

export class UpstreamAccountPageDto {
  data: UpstreamAccountDto[];

  /** Null on the last page. */
  next_cursor: string | null;
}
