import { Clock } from '../../src/common/clock.js';

/** Stands still until it is moved; both of its clocks move together. */
export class FakeClock extends Clock {
  constructor(public time = 0) {
    super();
  }

  now(): number {
    return this.time;
  }

  monotonic(): number {
    return this.time;
  }

  advance(milliseconds: number): void {
    this.time += milliseconds;
  }
}
