/** Why an account or one of its models is left alone for a while although nothing is wrong with its health. */
export type CooldownReason =
  | 'rate_limited'
  | 'overloaded'
  | 'interrupted'
  | 'quota_exhausted'
  | 'credential_rejected'
  | 'access_denied';

/** A time until which nobody asks. Kept apart from the circuit breaker: what a provider asks for is no failure. */
export class Cooldown {
  private until = 0;
  private why: CooldownReason | null = null;

  /** A longer one that runs already stays. */
  extend(reason: CooldownReason, until: number): void {
    if (until <= this.until) return;
    this.until = until;
    this.why = reason;
  }

  end(): void {
    this.until = 0;
    this.why = null;
  }

  /** Milliseconds left; 0 when it is over. @param now monotonic */
  remainingMs(now: number): number {
    return Math.max(0, this.until - now);
  }

  reason(now: number): CooldownReason | null {
    return this.until > now ? this.why : null;
  }
}
