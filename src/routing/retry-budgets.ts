import { RetryBudget } from './retry-budget.js';

/** Names of models come from clients. */
const MAX_BUDGETS = 2_000;

export interface RetryBudgetOptions {
  /** Of the requests of the last ten seconds, 0 to 1. */
  readonly share: number;
  readonly floorPerSecond: number;
}

/** One retry budget a model. */
export class RetryBudgets {
  private readonly budgets = new Map<string, RetryBudget>();

  constructor(private readonly options: RetryBudgetOptions) {}

  of(model: string): RetryBudget {
    let budget = this.budgets.get(model);
    if (!budget) {
      if (this.budgets.size >= MAX_BUDGETS) this.budgets.delete(this.budgets.keys().next().value!);
      budget = new RetryBudget(this.options.share, this.options.floorPerSecond);
      this.budgets.set(model, budget);
    }
    return budget;
  }
}
