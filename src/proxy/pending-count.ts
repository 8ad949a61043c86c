import type { Counter } from 'prom-client';

/** What a counter is to grow by once somebody looks: prom-client checks and hashes its labels anew with each increment. */
export class PendingCount {
  private amount = 0;

  constructor(private readonly counter: Counter.Internal) {}

  add(amount: number): void {
    this.amount += amount;
  }

  settle(): void {
    if (this.amount > 0) this.counter.inc(this.amount);
    this.amount = 0;
  }
}
