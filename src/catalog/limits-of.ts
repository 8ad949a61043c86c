import type { UsageLimits } from '../common/usage-limits.js';

/** Undefined when there is no limit at all, so that most calls have one thing to look at. */
export function limitsOf(stored: UsageLimits): UsageLimits | undefined {
  const { rateLimit, requestsPerMinute, tokensPerMinute, maxConcurrency, budget } = stored;
  const limits = { rateLimit, requestsPerMinute, tokensPerMinute, maxConcurrency, budget };
  return Object.values(limits).some((limit) => limit !== null) ? limits : undefined;
}
