import fc from 'fast-check';
import { refuses, type Claim } from '../../src/limits/limit.js';
import type { Charge, LimitStore, Reservation, Verdict } from '../../src/limits/limit-store.js';
import { Claims } from './limit-claims.js';

export interface StoreUnderTest {
  readonly store: LimitStore;
  /** Milliseconds that pass for the store. */
  advance(ms: number): void;
  /** Until what was settled counts. */
  settled(): Promise<void>;
}

const SECOND = 1_000;
const MINUTE = 60_000;
/** A window counts whole seconds. */
const WINDOW = MINUTE + SECOND;

/** What every LimitStore does, whatever it counts in. */
export function describeLimitStore(name: string, setUp: () => StoreUnderTest, runs: number): void {
  describe(name, () => {
    let claims: Claims;
    let under: StoreUnderTest;

    beforeEach(() => {
      claims = new Claims();
      under = setUp();
    });

    const reserve = async (...all: Claim[]): Promise<Verdict> => under.store.reserve(all);
    const admitted = async (times: number, ...all: Claim[]): Promise<number> => {
      let count = 0;
      for (let i = 0; i < times; i++) if ((await reserve(...all)).reservation) count++;
      return count;
    };
    const settle = async (
      { reservation }: Verdict,
      usage: Parameters<Reservation['settle']>[0],
    ): Promise<void> => {
      reservation!.settle(usage);
      await under.settled();
    };

    it('looks without taking', async () => {
      const all = [claims.rate(1, 1), claims.requests(1), claims.concurrency(1)];
      for (let i = 0; i < 2; i++) {
        const states = await under.store.look(all);
        expect(states.map(({ remaining }) => remaining)).toEqual([1, 1, 1]);
        expect(states.some(refuses)).toBe(false);
      }
      expect((await reserve(...all)).reservation).not.toBeNull();
      const states = await under.store.look([...all, claims.budget(5n, 1n)]);
      expect(states.map(refuses)).toEqual([true, true, true, false]);
    });

    describe('a rate', () => {
      it('admits its burst at once, then one an interval', async () => {
        const claim = claims.rate(2, 3);
        expect(await admitted(5, claim)).toBe(3);
        under.advance(500);
        expect(await admitted(2, claim)).toBe(1);
        under.advance(60 * SECOND);
        expect(await admitted(5, claim)).toBe(3);
      });

      it('says how long to wait and what is left', async () => {
        const claim = claims.rate(2, 2);
        const [first] = (await reserve(claim)).states;
        expect(first).toMatchObject({ remaining: 1, retryAfterMs: null });
        expect(near(first!.resetMs, 500)).toBe(true);
        await reserve(claim);
        const { states, reservation } = await reserve(claim);
        expect(reservation).toBeNull();
        expect(states[0]!.remaining).toBe(0);
        expect(near(states[0]!.retryAfterMs!, 500)).toBe(true);
      });

      it('blocks everything at 0 and 0', async () => {
        const { reservation, states } = await reserve(claims.rate(0, 0));
        expect(reservation).toBeNull();
        expect(states[0]!.retryAfterMs).toBeGreaterThan(0);
      });

      it('goes by its new self at once when it is raised or lowered', async () => {
        expect(await admitted(61, claims.rate(1, 60))).toBe(60);
        const raised = claims.rate(20, 100);
        expect(await admitted(1, raised)).toBe(0);
        under.advance(50);
        expect(await admitted(3, raised)).toBe(1);
        under.advance(5 * SECOND);
        expect(await admitted(101, raised)).toBeGreaterThanOrEqual(100);
        const lowered = claims.rate(1, 1);
        expect(await admitted(1, lowered)).toBe(0);
        under.advance(SECOND);
        expect(await admitted(3, lowered)).toBe(1);
      });

      it('admits one at a time without a burst', async () => {
        expect(await admitted(3, claims.rate(1, 0))).toBe(1);
      });
    });

    describe('requests a minute', () => {
      it('slides: the edge of a minute admits no second portion', async () => {
        const claim = claims.requests(10);
        under.advance(59 * SECOND);
        expect(await admitted(12, claim)).toBe(10);
        under.advance(2 * SECOND);
        expect(await admitted(12, claim)).toBe(0);
        under.advance(WINDOW - 2 * SECOND);
        expect(await admitted(12, claim)).toBe(10);
      });

      it('tells when the oldest leave the window', async () => {
        const claim = claims.requests(2);
        await reserve(claim);
        under.advance(20 * SECOND);
        expect((await reserve(claim)).states[0]).toMatchObject({ remaining: 0 });
        const [state] = (await reserve(claim)).states;
        expect(state!.retryAfterMs).toBeGreaterThan(39 * SECOND);
        expect(state!.retryAfterMs).toBeLessThanOrEqual(41 * SECOND);
        under.advance(state!.retryAfterMs!);
        expect(await admitted(2, claim)).toBe(1);
      });

      it('never admits more than the limit in any sixty seconds', async () => {
        const pauses = fc.array(fc.integer({ min: 0, max: 15_000 }), {
          minLength: 5,
          maxLength: 25,
        });
        await fc.assert(
          fc.asyncProperty(pauses, fc.integer({ min: 1, max: 6 }), async (waits, limit) => {
            const claim = new Claims().requests(limit);
            const times: number[] = [];
            let now = 0;
            for (const wait of waits) {
              under.advance(wait);
              now += wait;
              if ((await reserve(claim)).reservation) times.push(now);
            }
            for (const [index, time] of times.entries()) {
              const next = times[index + limit];
              if (next !== undefined) expect(next - time).toBeGreaterThanOrEqual(MINUTE);
            }
          }),
          { numRuns: runs },
        );
      });
    });

    describe('tokens a minute', () => {
      it('takes the estimate and keeps what was used', async () => {
        const verdict = await reserve(claims.tokens(100, 60));
        expect(verdict.states[0]!.remaining).toBe(40);
        expect((await reserve(claims.tokens(100, 60))).reservation).toBeNull();
        await settle(verdict, { tokens: 10, nanoUsd: 0n });
        expect((await reserve(claims.tokens(100, 60))).states[0]!.remaining).toBe(30);
      });

      it('counts what was used beyond the estimate', async () => {
        await settle(await reserve(claims.tokens(100, 10)), { tokens: 95, nanoUsd: 0n });
        expect((await reserve(claims.tokens(100, 10))).reservation).toBeNull();
        under.advance(WINDOW);
        expect((await reserve(claims.tokens(100, 10))).states[0]!.remaining).toBe(90);
      });

      it('counts it even when the minute of its admission is over', async () => {
        const verdict = await reserve(claims.tokens(100, 10));
        under.advance(2 * WINDOW);
        await settle(verdict, { tokens: 70, nanoUsd: 0n });
        expect((await reserve(claims.tokens(100, 10))).states[0]!.remaining).toBe(30);
      });

      it('admits what is larger than the limit when the window is empty', async () => {
        expect((await reserve(claims.tokens(100, 500))).reservation).not.toBeNull();
        expect((await reserve(claims.tokens(100, 1))).reservation).toBeNull();
        under.advance(WINDOW);
        expect((await reserve(claims.tokens(100, 1))).reservation).not.toBeNull();
      });
    });

    describe('concurrency', () => {
      it('admits so many at a time', async () => {
        const claim = claims.concurrency(2);
        const first = await reserve(claim);
        expect(first.states[0]!.remaining).toBe(1);
        expect(await admitted(3, claim)).toBe(1);
        await settle(first, { tokens: 0, nanoUsd: 0n });
        expect(await admitted(2, claim)).toBe(1);
      });
    });

    describe('a budget', () => {
      it('admits while what is spent and promised is below it', async () => {
        const first = await reserve(claims.budget(100n, 60n));
        expect(first.states[0]!.remaining).toBe(40);
        expect((await reserve(claims.budget(100n, 60n))).reservation).not.toBeNull();
        const { states, reservation } = await reserve(claims.budget(100n, 60n));
        expect(reservation).toBeNull();
        expect(states[0]).toMatchObject({ remaining: 0 });
        expect(states[0]!.retryAfterMs).toBeGreaterThan(0);
        await settle(first, { tokens: 0, nanoUsd: 30n });
        expect((await reserve(claims.budget(100n, 1n))).states[0]!.remaining).toBe(9);
      });

      it('begins at what is known to be spent, and never goes back', async () => {
        expect((await reserve(claims.budget(100n, 1n, 100n))).reservation).toBeNull();
        await settle(await reserve(claims.budget(100n, 5n, 90n)), null);
        expect((await reserve(claims.budget(100n, 1n, 0n))).states[0]!.remaining).toBe(9);
      });

      it('blocks everything at nothing', async () => {
        expect((await reserve(claims.budget(0n, 0n))).reservation).toBeNull();
      });

      it('tells of each charge once, with the step it was', async () => {
        const charges: Charge[] = [];
        const claim = claims.budget(100n, 10n, 40n);
        under.store.onCharge((charge) => {
          if (charge.limit.id === claim.limit.id) charges.push(charge);
        });
        await settle(await reserve(claim), { tokens: 0, nanoUsd: 7n });
        await settle(await reserve(claim), { tokens: 0, nanoUsd: 0n });
        await settle(await reserve(claim), null);
        await settle(await reserve({ ...claim, spentAtLeast: 60n }), { tokens: 0, nanoUsd: 1n });
        expect(charges.map(({ before, after }) => [before, after])).toEqual([
          [40n, 47n],
          [47n, 61n],
        ]);
      });
    });

    describe('several limits', () => {
      it('takes all or nothing', async () => {
        const all = [
          claims.requests(5),
          claims.rate(100, 100),
          claims.tokens(1_000, 100),
          claims.budget(1_000n, 100n),
          claims.concurrency(1),
        ];
        const first = await reserve(...all);
        const { states, reservation } = await reserve(...all);
        expect(reservation).toBeNull();
        expect(states.map(({ retryAfterMs }) => retryAfterMs !== null)).toEqual([
          false,
          false,
          false,
          false,
          true,
        ]);
        await settle(first, null);
        expect((await reserve(...all)).states.map(({ remaining }) => remaining)).toEqual([
          4, 99, 900, 900, 0,
        ]);
      });

      it('overshoots by no more than one request, however many come at once', async () => {
        const size = fc.record({
          estimate: fc.integer({ min: 1, max: 40 }),
          used: fc.float({ min: 0, max: 1, noNaN: true }),
        });
        await fc.assert(
          fc.asyncProperty(
            fc.array(size, { minLength: 1, maxLength: 40 }),
            fc.record({
              requests: fc.integer({ min: 1, max: 30 }),
              tokens: fc.integer({ min: 1, max: 300 }),
              budget: fc.integer({ min: 1, max: 300 }),
              places: fc.integer({ min: 1, max: 8 }),
            }),
            async (sizes, limit) => {
              const own = new Claims();
              const total = { requests: 0, tokens: 0, money: 0n };
              let running = 0;
              await Promise.all(
                sizes.map(async ({ estimate, used }) => {
                  const { reservation } = await reserve(
                    own.requests(limit.requests),
                    own.tokens(limit.tokens, estimate),
                    own.budget(BigInt(limit.budget), BigInt(estimate)),
                    own.concurrency(limit.places),
                  );
                  if (!reservation) return;
                  expect(++running).toBeLessThanOrEqual(limit.places);
                  await new Promise((resolve) => setImmediate(resolve));
                  const tokens = Math.floor(used * estimate);
                  total.requests++;
                  total.tokens += tokens;
                  total.money += BigInt(tokens);
                  running--;
                  reservation.settle({ tokens, nanoUsd: BigInt(tokens) });
                }),
              );
              const largest = Math.max(...sizes.map(({ estimate }) => estimate));
              expect(total.requests).toBeLessThanOrEqual(limit.requests);
              expect(total.tokens).toBeLessThanOrEqual(limit.tokens + largest);
              expect(total.money).toBeLessThan(BigInt(limit.budget + largest));
            },
          ),
          { numRuns: runs },
        );
      });
    });
  });
}

/** Real time passes where the clock is not ours. */
function near(ms: number, expected: number): boolean {
  return ms > expected - 100 && ms <= expected + 1;
}
