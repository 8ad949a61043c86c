import fc from 'fast-check';
import { catalogAccount, catalogOf } from '../../test/support/catalog-fixtures.js';
import { FakeClock } from '../../test/support/fake-clock.js';
import { outcome, planRequest, routingWith } from '../../test/support/routing-fixtures.js';
import type { OutcomeKind } from '../providers/outcome.js';
import type { Plan } from './plan.js';
import { NoAccountAvailableError } from './routing.service.js';

const HOUR_MS = 3_600_000;
const ATTEMPTS = 3;

describe('after an outage of everybody who serves a model', () => {
  const failure = fc.constantFrom<OutcomeKind>(
    'server_error',
    'unreachable',
    'first_byte_timeout',
    'interrupted',
  );

  it('somebody is asked again within half a minute, however long it has lasted', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 4 }),
        fc.array(failure, { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 1_000, max: 9_000 }),
        fc.integer({ min: 0, max: 3 * HOUR_MS }),
        (accounts, failures, gapMs, outageMs) => {
          const { clock, plan } = setUp(accounts);
          for (let call = 0; clock.monotonic() < outageMs; clock.advance(gapMs)) {
            const tries = plan();
            for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
              const lease = tries?.next();
              const kind = failures[call++ % failures.length]!;
              if (kind === 'interrupted') lease?.answered();
              lease?.ended(outcome(kind));
            }
          }
          const backAt = clock.monotonic();
          while (!plan()) clock.advance(100);
          expect(clock.monotonic() - backAt).toBeLessThan(30_000);
        },
      ),
      { numRuns: 20 },
    );
  });
});

function setUp(accounts: number) {
  const clock = new FakeClock();
  const { routing } = routingWith(clock);
  const names = Array.from({ length: accounts }, (_, index) => `account-${index}`);
  const catalog = catalogOf(names.map((name) => catalogAccount(name, {})));
  return {
    clock,
    /** Null when nobody may be asked. */
    plan: (): Plan | null => {
      try {
        return routing.plan(planRequest({ catalog }));
      } catch (error) {
        if (error instanceof NoAccountAvailableError) return null;
        throw error;
      }
    },
  };
}
