export const BUDGET_PERIODS = ['day', 'week', 'month', 'total'] as const;
/** Calendar periods in UTC; a week begins on Monday, and `total` never starts over. */
export type BudgetPeriod = (typeof BUDGET_PERIODS)[number];

export interface Budget {
  readonly nanoUsd: bigint;
  readonly period: BudgetPeriod;
}

/** How much somebody or something may use; null is unlimited. */
export interface UsageLimits {
  /** 0 and 0 blocks everything. */
  readonly rateLimit: { readonly requestsPerSecond: number; readonly burstSize: number } | null;
  readonly requestsPerMinute: number | null;
  /** Input and output tokens together. */
  readonly tokensPerMinute: number | null;
  /** Requests at the same time. */
  readonly maxConcurrency: number | null;
  readonly budget: Budget | null;
}
