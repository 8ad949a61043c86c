import { Clock } from '../../src/common/clock.js';

/** Stands still until it is moved; both of its clocks move together. */
export class FakeClock extends Clock {
  constructor(private milliseconds = 0) {
    super();
  }

  now(): number {
    return this.milliseconds;
  }

  monotonic(): number {
    return this.milliseconds;
  }

  advance(milliseconds: number): void {
    this.milliseconds += milliseconds;
  }
}
