import type { Environment } from '../../config/environment.js';
import type { BreakerOptions } from '../upstream-states.js';

/** From the settings, which say what each number means. */
export function breakerOptions(environment: Environment): BreakerOptions {
  const service = {
    windowMs: environment.BREAKER_WINDOW_MS,
    buckets: 10,
    minimumCalls: environment.BREAKER_MINIMUM_CALLS,
    failureRate: environment.BREAKER_FAILURE_PERCENT / 100,
    slowRate: environment.BREAKER_SLOW_PERCENT / 100,
    consecutiveFailures: environment.BREAKER_CONSECUTIVE_FAILURES,
    openMs: environment.BREAKER_OPEN_MS,
    maxOpenMs: environment.BREAKER_MAX_OPEN_MS,
    jitter: 0.2,
    halfOpenCalls: environment.BREAKER_HALF_OPEN_CALLS,
    maxHalfOpenMs: environment.BREAKER_MAX_HALF_OPEN_MS,
  };
  return {
    service,
    // Only for connections that do not come about: three in a row, and nobody waits for the connect timeout any more.
    host: {
      ...service,
      windowMs: 10_000,
      minimumCalls: 3,
      failureRate: 1,
      consecutiveFailures: 3,
      openMs: Math.min(5_000, service.openMs),
      maxOpenMs: Math.min(20_000, service.maxOpenMs),
      halfOpenCalls: 1,
      maxHalfOpenMs: Math.min(10_000, service.maxHalfOpenMs),
    },
  };
}
