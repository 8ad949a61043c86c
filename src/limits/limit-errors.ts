import { TooManyRequestsError, UnavailableError } from '../common/gateway-error.js';
import { formatUsd } from '../common/money.js';
import { refuses, type Limit, type LimitScope, type LimitState } from './limit.js';

export class RateLimitExceededError extends TooManyRequestsError {}

export class ConcurrencyExceededError extends TooManyRequestsError {
  override readonly code = 'concurrency_exceeded';
}

export class BudgetExceededError extends TooManyRequestsError {
  override readonly code = 'budget_exceeded';
}

/** Money may have been spent that is not known here, so none may be spent now. */
export class SpendUnknownError extends UnavailableError {
  override readonly code = 'budget_unknown';
}

const OWNERS: Readonly<Record<LimitScope, string>> = {
  key: 'this API key',
  user: "this API key's owner",
  account: 'the account',
};

/** Whose no lasts longest; of limits that no waiting helps against, money first. */
export function refusing(states: readonly LimitState[]): LimitState {
  return states
    .filter(refuses)
    .reduce((longest, next) => (next.retryAfterMs! > longest.retryAfterMs! ? next : longest));
}

/** What a client hears of a limit that refused. */
export function refusalOf({ limit, retryAfterMs }: LimitState): TooManyRequestsError {
  const message = `${OWNERS[limit.scope]} has reached its limit of ${words(limit)}`;
  const retryAfterSeconds = retryAfterMs! / 1000;
  if (limit.kind === 'budget') {
    return new BudgetExceededError(message, { retryAfterSeconds, shouldRetry: false });
  }
  if (limit.kind === 'concurrency') {
    return new ConcurrencyExceededError(message, { retryAfterSeconds });
  }
  const isBlocked = limit.kind === 'rate' && limit.perSecond === 0;
  return new RateLimitExceededError(message, {
    retryAfterSeconds,
    ...(isBlocked && { shouldRetry: false }),
  });
}

function words(limit: Limit): string {
  switch (limit.kind) {
    case 'rate':
      return `${limit.perSecond} requests per second`;
    case 'concurrency':
      return `${limit.max} requests at the same time`;
    case 'budget':
      return `${formatUsd(limit.nanoUsd)} USD ${limit.period === 'total' ? 'in total' : `per ${limit.period}`}`;
    default:
      return `${limit.perMinute} ${limit.kind} per minute`;
  }
}
