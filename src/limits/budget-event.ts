/** A budget that has reached a part of what it is; JSON of the webhook. */
export interface BudgetEvent {
  readonly id: string;
  readonly type: 'budget.threshold_reached';
  readonly created_at: string;
  readonly scope: 'key' | 'user';
  /** Of the key or the user. */
  readonly owner_id: string;
  /** Of the key; null for a user. */
  readonly name: string | null;
  readonly period: string;
  readonly period_ends_at: string | null;
  readonly threshold_percent: number;
  readonly amount_usd: string;
  readonly spent_usd: string;
}
