import { FakeClock } from '../../test/support/fake-clock.js';

interface Event {
  readonly at: number;
  /** Events of the same moment happen in the order they were planned in. */
  readonly order: number;
  readonly action: () => void;
}

/** Discrete events on a virtual clock: an hour of traffic takes as long as its events, and comes out the same each time. */
export class EventQueue {
  private readonly heap: Event[] = [];
  private planned = 0;

  constructor(readonly clock: FakeClock) {}

  in(delayMs: number, action: () => void): void {
    const event = { at: this.clock.time + delayMs, order: this.planned++, action };
    let place = this.heap.length;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (isBefore(this.heap[parent]!, event)) break;
      this.heap[place] = this.heap[parent]!;
      place = parent;
    }
    this.heap[place] = event;
  }

  /** Until nothing is left to happen. */
  run(): void {
    for (let event = this.take(); event; event = this.take()) {
      this.clock.time = event.at;
      event.action();
    }
  }

  private take(): Event | undefined {
    const [first] = this.heap;
    const last = this.heap.pop();
    if (last === undefined || this.heap.length === 0) return first;
    let place = 0;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= this.heap.length) break;
      if (child + 1 < this.heap.length && isBefore(this.heap[child + 1]!, this.heap[child]!))
        child++;
      if (isBefore(last, this.heap[child]!)) break;
      this.heap[place] = this.heap[child]!;
      place = child;
    }
    this.heap[place] = last;
    return first;
  }
}

function isBefore(first: Event, second: Event): boolean {
  return first.at < second.at || (first.at === second.at && first.order < second.order);
}
