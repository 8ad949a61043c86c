import { Clock } from '../../src/common/clock.js';

/** Stands still until it is moved; both of its clocks move together, unless somebody sets the one on the wall. */
export class FakeClock extends Clock {
  private wallOffset = 0;

  constructor(public time = 0) {
    super();
  }

  now(): number {
    return this.time + this.wallOffset;
  }

  monotonic(): number {
    return this.time;
  }

  advance(milliseconds: number): void {
    this.time += milliseconds;
  }

  /** As an administrator or NTP does it: durations know nothing of it. */
  setWall(milliseconds: number): void {
    this.wallOffset += milliseconds;
  }
}
