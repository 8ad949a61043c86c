/** Slots of a second: what was deposited or spent in one is forgotten ten seconds later. */
const SLOTS = 10;
const SLOT_MS = 1_000;

/**
 * How many retries the requests for one model may cost together: a share of the requests of the last ten seconds, and a floor
 * for quiet times (Finagle's retry budget). When it is used up the first failure is the answer, so that a provider in trouble
 * is not asked more often the worse it is.
 */
export class RetryBudget {
  private readonly balance = new Float64Array(SLOTS);
  private readonly turns = new Float64Array(SLOTS).fill(-1);

  /**
   * @param share of requests, 0 to 1
   * @param floorPerSecond retries allowed whatever the traffic
   */
  constructor(
    private readonly share: number,
    private readonly floorPerSecond: number,
  ) {}

  /** A request comes in. @param now monotonic milliseconds */
  deposit(now: number): void {
    this.add(now, this.share);
  }

  /** Whether a retry may be made; it is charged if so. */
  withdraw(now: number): boolean {
    if (this.available(now) < 1) return false;
    this.add(now, -1);
    return true;
  }

  available(now: number): number {
    const oldest = Math.floor(now / SLOT_MS) - SLOTS + 1;
    let sum = this.floorPerSecond * SLOTS;
    for (let slot = 0; slot < SLOTS; slot++) {
      if (this.turns[slot]! >= oldest) sum += this.balance[slot]!;
    }
    return sum;
  }

  private add(now: number, amount: number): void {
    const turn = Math.floor(now / SLOT_MS);
    const slot = turn % SLOTS;
    if (this.turns[slot] !== turn) {
      this.turns[slot] = turn;
      this.balance[slot] = 0;
    }
    this.balance[slot]! += amount;
  }
}
