import { FIRST_BYTE_TIMEOUT_MS, incidentOf, type SimulatedAccount } from './scenario.js';
import type { SimulatedRequest } from './traffic.js';

export type Reply =
  | { readonly kind: 'answer'; readonly firstTokenMs: number; readonly wholeMs: number }
  | { readonly kind: 'failure'; readonly afterMs: number }
  | { readonly kind: 'rate_limited'; readonly afterMs: number; readonly retryAfterMs: number };

/** So many requests in flight, for each unit of weight, make an account half as fast. */
const IN_FLIGHT_TO_DOUBLE = 120;
const REFUSAL_MS = 40;
const RETRY_AFTER_MS = 1_000;
/** The rate limit as a token bucket: so many seconds of it may be used at once. */
const BURST_SECONDS = 2;

/** An account's provider: slower with more requests in flight, limited in rate, and unwell at times. */
export class SimulatedUpstream {
  private inFlight = 0;
  private tokens: number;
  private filledAt = 0;

  constructor(private readonly account: SimulatedAccount) {
    this.tokens = BURST_SECONDS * account.requestsPerSecond;
  }

  /** What it says of its rate limit with each answer. */
  allowance(now: number): { remainingShare: number; resetsAt: number } {
    this.fill(now);
    const { requestsPerSecond } = this.account;
    const full = BURST_SECONDS * requestsPerSecond;
    const resetsAt = now + ((full - this.tokens) / requestsPerSecond) * 1_000;
    return { remainingShare: Math.max(0, this.tokens / full), resetsAt };
  }

  begin({ request }: SimulatedRequest, luck: SimulatedRequest['luck'][number], now: number): Reply {
    this.inFlight++;
    const incident = incidentOf(this.account.id, now);
    this.fill(now);
    if (incident?.isSilent) return { kind: 'failure', afterMs: FIRST_BYTE_TIMEOUT_MS };
    if (this.tokens < 1) {
      return { kind: 'rate_limited', afterMs: REFUSAL_MS, retryAfterMs: RETRY_AFTER_MS };
    }
    this.tokens--;
    if (luck.failure < (incident?.failures ?? 0)) return { kind: 'failure', afterMs: REFUSAL_MS };
    const { firstTokenMs, tokensPerSecond, weight } = this.account;
    const slowdown =
      (incident?.slowdown ?? 1) * (1 + this.inFlight / (IN_FLIGHT_TO_DOUBLE * weight));
    const first = firstTokenMs * luck.latency * slowdown;
    const rest = (request.outputTokens / tokensPerSecond) * 1_000 * slowdown;
    return { kind: 'answer', firstTokenMs: first, wholeMs: first + rest };
  }

  end(): void {
    this.inFlight--;
  }

  private fill(now: number): void {
    const { id, requestsPerSecond } = this.account;
    const rate = requestsPerSecond * (incidentOf(id, now)?.rate ?? 1);
    const full = BURST_SECONDS * rate;
    this.tokens = Math.min(full, this.tokens + (rate * (now - this.filledAt)) / 1_000);
    this.filledAt = now;
  }
}
