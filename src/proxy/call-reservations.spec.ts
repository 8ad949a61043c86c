import { EventEmitter } from 'node:events';
import { jest } from '@jest/globals';
import type { ServerResponse } from 'node:http';
import fc from 'fast-check';
import { usageRecord } from '../../test/support/usage-record.js';
import type { Usage } from '../limits/limit-store.js';
import { CallReservations } from './call-reservations.js';
import type { ClientCall } from './client-call.js';

function setUp(isServed = true) {
  const reservations = new CallReservations();
  const settled: (Usage | null)[] = [];
  const call = {} as ClientCall;
  const response = new EventEmitter();
  const hold = (): void =>
    reservations.hold(
      call,
      { settle: (usage) => void settled.push(usage) },
      response as unknown as ServerResponse,
      () => isServed,
    );
  return { call, hold, reservations, response, settled };
}

const attempt = usageRecord().attempts[0] ?? ({} as never);
const used = usageRecord({ status: 200, attempts: [attempt], costNanoUsd: 5n });
const TOKENS = Object.values(used.usage).reduce((sum, count) => sum + count, 0);

describe('CallReservations', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it('settles by what the record says', () => {
    const { call, hold, reservations, settled } = setUp();
    hold();
    reservations.finish(call, used);
    expect(settled).toEqual([{ tokens: TOKENS, nanoUsd: 5n }]);
  });

  it('gives back what a call took that reached nobody, unless it was answered here', () => {
    for (const [status, expected] of [
      [400, null],
      [200, { tokens: TOKENS, nanoUsd: 0n }],
    ] as const) {
      const { call, hold, reservations, settled } = setUp();
      hold();
      reservations.finish(call, { ...used, status, attempts: [], costNanoUsd: null });
      expect(settled).toEqual([expected]);
    }
  });

  it('gives back at once what a call took that was never served', () => {
    const { hold, response, settled } = setUp(false);
    hold();
    response.emit('close');
    expect(settled).toEqual([null]);
  });

  it('settles exactly once, whatever happens and in whatever order', () => {
    const events = fc.constantFrom('close', 'finish', 'wait', 'wait long');
    fc.assert(
      fc.property(fc.array(events), fc.boolean(), (order, isServed) => {
        const { call, hold, reservations, response, settled } = setUp(isServed);
        hold();
        for (const event of [...order, 'close', 'wait long']) {
          if (event === 'close') response.emit('close');
          else if (event === 'finish') reservations.finish(call, used);
          else jest.advanceTimersByTime(event === 'wait' ? 1_000 : 10_000);
        }
        expect(settled).toHaveLength(1);
      }),
    );
  });
});
