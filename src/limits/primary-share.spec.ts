import { Claims } from '../../test/support/limit-claims.js';
import { AccountLimits } from './account-limits.js';
import type { Claim, Limit } from './limit.js';
import { MemoryStore } from './memory.store.js';
import { PrimaryShare } from './primary-share.js';

describe('PrimaryShare', () => {
  let clock: { time: number; now(): number; monotonic(): number };
  let store: MemoryStore;
  let share: PrimaryShare;
  let claims: Claims;

  beforeEach(() => {
    clock = { time: 0, now: () => 0, monotonic: () => clock.time };
    store = new MemoryStore(clock);
    const primary = { reserve: async (all: readonly Claim[]) => store.reserve(all) };
    share = new PrimaryShare(primary, clock);
    claims = new Claims();
  });

  const isGranted = async (...all: Claim[]): Promise<boolean> =>
    (await share.reserve(all).refusal) === null;
  const waitMs = (claim: Claim): number | null => share.look([claim])[0]!.retryAfterMs;

  it('takes a place only where all workers are counted', async () => {
    const claim = claims.concurrency(1);
    const elsewhere = store.reserve([claim]).reservation!;
    expect(waitMs(claim)).toBeNull();
    expect(await isGranted(claim)).toBe(false);
    elsewhere.settle(null);
    expect(await isGranted(claim)).toBe(true);
    expect(await isGranted(claim)).toBe(false);
  });

  it('gives back what was given back before it was granted', async () => {
    const claim = claims.concurrency(1);
    const { reservation, refusal } = share.reserve([claim]);
    reservation!.settle(null);
    await refusal;
    expect(await isGranted(claim)).toBe(true);
  });

  it('does not ask again for what was refused, until that may have changed', async () => {
    const place = claims.concurrency(0);
    await isGranted(place);
    expect(waitMs(place)).toBe(20);
    clock.time += 20;
    expect(waitMs(place)).toBeNull();
    const minute = claims.requests(1);
    await isGranted(minute);
    await isGranted(minute);
    expect(waitMs(minute)).toBeGreaterThan(50_000);
  });

  it('still asks for less than was refused', async () => {
    const sixty = claims.tokens(100, 60);
    await isGranted(sixty);
    await isGranted(sixty);
    expect(waitMs(sixty)).toBeGreaterThan(0);
    expect(waitMs({ ...sixty, amount: 40 } as Claim)).toBeNull();
  });

  it('asks at once when the limit is another one', async () => {
    const minute = claims.requests(1);
    await isGranted(minute);
    await isGranted(minute);
    expect(waitMs(minute)).toBeGreaterThan(50_000);
    expect(await isGranted(claims.requests(2))).toBe(true);
    expect(waitMs(claims.requests(2))).toBeNull();
  });

  it('lets AccountLimits say that there is no place after all, and count it', async () => {
    const refused: Limit[] = [];
    const limits = new AccountLimits(share, { refused: (limit) => void refused.push(limit) });
    const account = {
      id: 'a',
      limits: {
        rateLimit: null,
        requestsPerMinute: null,
        tokensPerMinute: null,
        maxConcurrency: 1,
        budget: null,
      },
    };
    const [first, second] = [limits.tryReserve(account, 0)!, limits.tryReserve(account, 0)!];
    expect([await first.granted, await second.granted]).toEqual([true, false]);
    expect(refused.map(({ kind }) => kind)).toEqual(['concurrency']);
    expect(limits.fullForMs(account, 0)).toBe(20);
  });
});
