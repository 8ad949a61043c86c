import type { AccountReport, ServiceReport } from '../upstream-report.js';

export class ModelRoutingStatsDto {
  /** The upstream's name. */
  model: string;

  /** @example "closed" */
  circuit: 'closed' | 'open' | 'half_open' | 'forced_open' | 'disabled';

  /** Why it is not asked; null when it is. */
  reason: string | null;

  /** Until it is asked again; null when it is, or when nobody knows. */
  retry_in_seconds: number | null;

  requests_in_flight: number;

  /** Of the calls of the last half minute, 0 to 1. */
  failure_share: number;

  /** A moving average that follows bad news at once; null before the first answer. */
  time_to_first_token_ms: number | null;

  /** The share of the provider's rate limit that it says is left, 0 to 1; 1 where it does not say. */
  rate_limit_remaining: number;

  static from(report: ServiceReport): ModelRoutingStatsDto {
    return {
      model: report.model,
      circuit: report.circuit,
      reason: report.reason,
      retry_in_seconds: seconds(report.remainingMs),
      requests_in_flight: report.requestsInFlight,
      failure_share: report.failureShare,
      time_to_first_token_ms: report.latencyMs && Math.round(report.latencyMs),
      rate_limit_remaining: report.rateRemaining,
    };
  }
}

export class AccountRoutingStatsDto {
  account_id: string;

  /** @example "openai-1" */
  account_name: string;

  /** @example "openai" */
  provider: string;

  /** Why no model of it is asked; null when the account may be. */
  reason: string | null;

  retry_in_seconds: number | null;

  requests_in_flight: number;

  /** Those that calls have been planned for since the start. */
  models: ModelRoutingStatsDto[];

  static from(report: AccountReport): AccountRoutingStatsDto {
    return {
      account_id: report.accountId,
      account_name: report.accountName,
      provider: report.provider,
      reason: report.parked,
      retry_in_seconds: seconds(report.remainingMs),
      requests_in_flight: report.requestsInFlight,
      models: report.services.map((service) => ModelRoutingStatsDto.from(service)),
    };
  }
}

export class RoutingStatsDto {
  /** @example "weighted_round_robin" */
  strategy: string;

  enabled: boolean;

  /** Of everything requests are decided by. */
  configuration_version: number;

  /** Whose knowledge this is, when several processes serve: each learns from its own calls. Null: there is only one. */
  worker: number | null;

  accounts: AccountRoutingStatsDto[];
}

function seconds(milliseconds: number | null): number | null {
  return milliseconds && Math.ceil(milliseconds / 1000);
}
