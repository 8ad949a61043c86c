import { refuses, type Claim, type LimitState } from './limit.js';
import {
  withVerdict,
  type LimitStore,
  type Reservation,
  type Usage,
  type Verdict,
} from './limit-store.js';

export interface ConcurrencyQueueOptions {
  /** How long a request may wait for a place; 0: not at all. */
  readonly timeoutMs: number;
  /** How many may wait for one limit. */
  readonly maxLength: number;
}

interface Waiter {
  readonly claims: readonly Claim[];
  resolve(verdict: Verdict | Promise<Verdict>): void;
}

/** Those who wait for one limit, in the order they came. */
interface Line {
  readonly waiters: Waiter[];
  /** How the limit stood when it last refused; of their other limits those who wait know for themselves. */
  refusal: LimitState;
  wake(): void;
}

/** Another instance may free a place without a word to this one. */
const POLL_MS = 25;

/** Lets requests wait a moment for a place instead of being refused: first come, first served, and nobody overtakes. */
export class ConcurrencyQueue {
  private readonly lines = new Map<string, Line>();

  constructor(
    private readonly store: LimitStore,
    private readonly options: ConcurrencyQueueOptions,
  ) {}

  reserve(claims: readonly Claim[]): Verdict | Promise<Verdict> {
    if (this.options.timeoutMs === 0) return this.store.reserve(claims);
    const line = this.lineOf(claims);
    if (line) return this.waitIn(line, claims);
    return withVerdict(this.store.reserve(claims), (verdict) => this.placed(claims, verdict));
  }

  private placed(claims: readonly Claim[], verdict: Verdict): Verdict | Promise<Verdict> {
    const missing = missingPlace(verdict);
    if (!missing) return this.waking(claims, verdict);
    return this.waitIn(this.lines.get(missing.limit.id) ?? this.open(missing), claims);
  }

  private async waitIn(line: Line, claims: readonly Claim[]): Promise<Verdict> {
    const { waiters } = line;
    if (waiters.length >= this.options.maxLength) return this.refusal(line, claims);
    const verdict = await new Promise<Verdict>((resolve) => {
      const waiter: Waiter = {
        claims,
        resolve: (answer) => {
          clearTimeout(timer);
          resolve(answer);
        },
      };
      const timer = setTimeout(() => {
        waiters.splice(waiters.indexOf(waiter), 1);
        resolve(this.refusal(line, claims));
        line.wake();
      }, this.options.timeoutMs);
      waiters.push(waiter);
    });
    return this.waking(claims, verdict);
  }

  /** For one who waited, or could not even do that: how its limits stand, and that the line's has no place for it. */
  private async refusal({ refusal }: Line, claims: readonly Claim[]): Promise<Verdict> {
    const states = await this.store.look(claims);
    const mine = states.map((state) =>
      state.limit.id === refusal.limit.id && !refuses(state) ? refusal : state,
    );
    return { states: mine, reservation: null };
  }

  private open(refusal: LimitState): Line {
    const { id } = refusal.limit;
    const line: Line = { waiters: [], refusal, wake: () => {} };
    this.lines.set(id, line);
    void this.serve(id, line);
    return line;
  }

  private async serve(id: string, line: Line): Promise<void> {
    let isFree = false;
    do {
      if (!isFree) await nextChance(line);
      isFree = false;
      const first = line.waiters[0];
      if (!first) continue;
      const verdict = await this.store.reserve(first.claims);
      const missing = missingPlace(verdict);
      if (missing) {
        if (missing.limit.id === id) line.refusal = missing;
      } else if (line.waiters[0] === first) {
        line.waiters.shift();
        first.resolve(verdict);
        isFree = true;
      } else {
        // Its time was over while the store was asked.
        verdict.reservation?.settle(null);
      }
    } while (line.waiters.length > 0);
    this.lines.delete(id);
  }

  private lineOf(claims: readonly Claim[]): Line | undefined {
    for (const { limit } of claims) {
      const line = limit.kind === 'concurrency' && this.lines.get(limit.id);
      if (line) return line;
    }
    return undefined;
  }

  /** Whoever gives a place back calls the next. */
  private waking(claims: readonly Claim[], { states, reservation }: Verdict): Verdict {
    if (!reservation) return { states, reservation };
    const settle = (usage: Usage | null): void => {
      reservation.settle(usage);
      for (const { limit } of claims) {
        if (limit.kind === 'concurrency') this.lines.get(limit.id)?.wake();
      }
    };
    return { states, reservation: { settle } satisfies Reservation };
  }
}

/** The limit that a place is missing of; null when there is one, or when waiting a moment would not help. */
function missingPlace({ states }: Verdict): LimitState | null {
  const refused = states.filter(refuses);
  if (refused.some(({ limit }) => limit.kind !== 'concurrency')) return null;
  return refused[0] ?? null;
}

function nextChance(line: Line): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, POLL_MS);
    line.wake = () => {
      clearTimeout(timer);
      resolve();
    };
  });
}
