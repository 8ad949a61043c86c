import { setTimeout as sleep } from 'node:timers/promises';
import type { Dispatcher } from 'undici';
import type { Outcome } from './outcome.js';
import { UpstreamExchange, type ExchangeTimeouts } from './upstream-exchange.js';

const LONG = { firstByteMs: 60_000, idleMs: 60_000, totalMs: 60_000 };

describe('UpstreamExchange', () => {
  it('passes an answer on, but for what only announces one', () => {
    const { exchange, controller, seen } = setUp();
    exchange.onRequestStart(controller);
    exchange.onResponseStart(controller, 103, {});
    exchange.onResponseStart(controller, 200, { a: 'b' });
    exchange.onResponseData(controller, Buffer.from('hello'));
    exchange.onResponseEnd();
    expect(seen).toEqual(['head 200', 'data hello', 'end']);
  });

  it.each([
    ['ECONNRESET', 'connection_lost'],
    ['UND_ERR_SOCKET', 'connection_lost'],
    ['ECONNREFUSED', 'unreachable'],
    ['ENOTFOUND', 'unreachable'],
    ['CONNECT_TIMEOUT', 'unreachable'],
    ['HPE_INVALID_CONSTANT', 'malformed'],
    ['UND_ERR_HEADERS_OVERFLOW', 'malformed'],
  ])('calls %s before the head %s', (code, kind) => {
    const { exchange, controller, seen } = setUp();
    exchange.onRequestStart(controller);
    exchange.onResponseError(controller, Object.assign(new Error('x'), { code }));
    expect(seen).toEqual([`fail ${kind} ${code}`]);
  });

  it('calls anything behind the head an interrupted answer', () => {
    const { exchange, controller, seen } = setUp();
    exchange.onResponseStart(controller, 200, {});
    exchange.onResponseError(controller, Object.assign(new Error('x'), { code: 'ETIMEDOUT' }));
    expect(seen.at(-1)).toBe('fail interrupted ETIMEDOUT');
  });

  it('is over at its first end: nothing comes behind it', () => {
    const { exchange, controller, seen } = setUp();
    exchange.onResponseStart(controller, 200, {});
    exchange.onResponseEnd();
    exchange.onResponseData(controller, Buffer.from('late'));
    exchange.onResponseError(controller, new Error('late'));
    exchange.onResponseEnd();
    expect(seen).toEqual(['head 200', 'end']);
  });

  it('says nothing more once it is aborted, and stops the call', () => {
    const { exchange, controller, seen } = setUp();
    exchange.onRequestStart(controller);
    exchange.abort();
    exchange.abort();
    exchange.onResponseStart(controller, 200, {});
    expect(seen).toEqual(['abort']);
  });

  it('stops a call that was aborted before it had begun', () => {
    const { exchange, controller, seen } = setUp();
    exchange.abort();
    exchange.onRequestStart(controller);
    expect(seen).toEqual(['abort']);
  });

  it.each<[string, Partial<ExchangeTimeouts>, boolean, string]>([
    ['no head', { firstByteMs: 20 }, false, 'first_byte_timeout'],
    ['silence behind the head', { idleMs: 20 }, true, 'timeout'],
    ['an answer without end', { totalMs: 20 }, true, 'timeout'],
  ])('ends a call with %s', async (_, limits, headComes, kind) => {
    const { exchange, controller, seen } = setUp({ ...LONG, ...limits });
    exchange.onRequestStart(controller);
    if (headComes) exchange.onResponseStart(controller, 200, {});
    await sleep(80);
    expect(seen.slice(-2)).toEqual(['abort', expect.stringContaining(`fail ${kind}`)]);
  });

  it('waits on while data comes', async () => {
    const { exchange, controller, seen } = setUp({ ...LONG, firstByteMs: 40, idleMs: 40 });
    exchange.onResponseStart(controller, 200, {});
    for (let i = 0; i < 8; i++) {
      await sleep(10);
      exchange.onResponseData(controller, Buffer.from('.'));
    }
    expect(seen.some((entry) => entry.startsWith('fail'))).toBe(false);
    exchange.abort();
  });

  it('does not blame the upstream for a pause of the client', async () => {
    const { exchange, controller, seen } = setUp({ ...LONG, firstByteMs: 20, idleMs: 20 });
    exchange.onRequestStart(controller);
    exchange.onResponseStart(controller, 200, {});
    exchange.pause();
    await sleep(80);
    expect(seen).toEqual(['head 200', 'pause']);
    exchange.resume();
    await sleep(80);
    expect(seen.slice(-2)).toEqual(['abort', 'fail timeout nothing for 20 ms']);
  });
});

function setUp(timeouts: ExchangeTimeouts = LONG) {
  const seen: string[] = [];
  const exchange = new UpstreamExchange(
    {
      head: (status) => void seen.push(`head ${status}`),
      data: (chunk) => void seen.push(`data ${chunk.toString()}`),
      end: () => void seen.push('end'),
      fail: ({ kind, detail }: Outcome) => void seen.push(`fail ${kind} ${detail}`),
    },
    timeouts,
  );
  const controller = {
    abort: () => void seen.push('abort'),
    pause: () => void seen.push('pause'),
    resume: () => void seen.push('resume'),
  } as unknown as Dispatcher.DispatchController;
  return { exchange, controller, seen };
}
