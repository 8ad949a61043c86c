import { jest } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { Gateway } from './support/gateway.js';
import { closedLoop, Load, openLoop, p99, type Reply } from './support/load.js';
import { HELLO_ANSWER, HELLO_STREAM, json, stream, Upstream } from './support/upstream.js';
import type { Behaviour } from './support/upstream.js';

const KEY = 'a-master-key-for-the-circuits';
const ADMIN_KEY = 'an-admin-key-for-the-circuits';
/** The long originals of shortened tests: `FULL=1`. */
const FULL = process.env['FULL'] === '1';
if (FULL) jest.setTimeout(120_000);
const MAX_ADDED_MS = 50;

const fail: Behaviour = (response) => json(response, 500, { error: { message: 'broken' } });
const hello: Behaviour = (response, { body }) =>
  JSON.parse(body.toString('utf8')).stream
    ? stream(response, HELLO_STREAM).then(() => void response.end())
    : json(response, 200, HELLO_ANSWER);

const configuration = (first: Upstream, second: Upstream): string => `
  providers:
    - { name: first, type: openai, api_base: "${first.url}", api_key: k,
        models: ["failing", "slow-*", "refusing", "crowd", "mistake", "leaving", "hanging"] }
    - { name: second, type: openai, api_base: "${second.url}", api_key: k, priority: 1,
        models: ["failing", "slow-*", "refusing", "crowd", "mistake", "leaving", "hanging", "calm"] }
  master_keys:
    - { name: all, key: "${KEY}" }
`;

describe('the circuit of a model on an account', () => {
  let first: Upstream;
  let second: Upstream;
  let gateway: Gateway;
  let load: Load;

  const start = async (env: Record<string, string>): Promise<void> => {
    first = await Upstream.start();
    second = await Upstream.start();
    second.otherwise(hello);
    gateway = await Gateway.start({
      env: { HEALTH_PROBE_INTERVAL_MS: '0', ADMIN_KEY, ...env },
      config: configuration(first, second),
    });
    load = new Load(gateway.url, KEY);
  };

  async function stop(): Promise<void> {
    await load?.close();
    await gateway?.stop();
    await Promise.all([first?.stop(), second?.stop()]);
  }

  describe('with the usual settings', () => {
    beforeAll(() => start({}));
    afterAll(() => stop());

    it('opens when everything fails: within ten calls, and then nothing reaches the upstream', async () => {
      first.on('failing', fail);
      const early = await closedLoop({ count: 10, concurrency: 1 }, () => load.call('failing'));
      const before = first.callsFor('failing').length;
      expect(before).toBeLessThanOrEqual(10);
      const later = await openLoop({ perSecond: 100, durationMs: FULL ? 5_000 : 2_000 }, () =>
        load.call('failing'),
      );
      expect(first.callsFor('failing')).toHaveLength(before);
      expect([...early, ...later].every(({ status }) => status === 200)).toBe(true);
      expect(await circuitOf('failing')).toMatchObject({ circuit: 'open', reason: 'circuit_open' });
    });

    it('opens for an upstream that answers, but too late', async () => {
      await gateway.call('PUT', '/v1/routing/config', {
        token: ADMIN_KEY,
        body: { models: { 'slow-*': { slow_call_ms: 100 } } },
      });
      first.on('slow-1', async (response) => {
        await sleep(200);
        await stream(response, HELLO_STREAM);
        response.end();
      });
      const call = () => load.call('slow-1', { stream: true });
      await Promise.all(Array.from({ length: 10 }, call));
      const before = first.callsFor('slow-1').length;
      expect(before).toBe(10);
      const replies = await closedLoop({ count: 200, concurrency: 10 }, call);
      expect(replies.every(({ text }) => text === HELLO_STREAM.join(''))).toBe(true);
      expect(first.callsFor('slow-1').length - before).toBeLessThan(200 * 0.05);
      expect((await circuitOf('slow-1')).circuit).toBe('open');
    });

    it('stays closed, and nothing is tried again, when it is the clients who are wrong', async () => {
      first.on('refusing', (response) =>
        json(response, 400, { error: { message: 'messages: too many', param: 'messages' } }),
      );
      const count = FULL ? 10_000 : 1_500;
      const replies = await closedLoop({ count, concurrency: 20 }, () => load.call('refusing'));
      expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([400]));
      expect(first.callsFor('refusing')).toHaveLength(count);
      expect(second.callsFor('refusing')).toHaveLength(0);
      expect(await circuitOf('refusing')).toMatchObject({ circuit: 'closed', failure_share: 0 });
    });
  });

  describe('half-open', () => {
    /** A fifth more or less is the jitter of the open time. */
    const OPEN_MS = 500;
    /** A probe that waits for a whole crowd to be answered must not seem to hang, however busy the machine is. */
    const MAX_HALF_OPEN_MS = 6_000;

    beforeAll(() =>
      start({
        BREAKER_OPEN_MS: String(OPEN_MS),
        BREAKER_MAX_OPEN_MS: '2000',
        BREAKER_MAX_HALF_OPEN_MS: String(MAX_HALF_OPEN_MS),
      }),
    );
    afterAll(() => stop());

    /** Opens it, and waits until a probe may go. */
    async function untilProbe(model: string): Promise<void> {
      first.on(model, fail);
      await closedLoop({ count: 5, concurrency: 1 }, () => load.call(model));
      expect((await circuitOf(model)).circuit).toBe('open');
      await sleep(OPEN_MS * 1.2 + 20);
    }

    it('lets one probe through at a time, and delays nobody else', async () => {
      await untilProbe('crowd');
      let atOnce = 0;
      let most = 0;
      let release = (): void => undefined;
      first.on('crowd', async (response) => {
        most = Math.max(most, ++atOnce);
        await new Promise<void>((resolve) => (release = resolve));
        atOnce--;
        json(response, 200, HELLO_ANSWER);
      });
      /** All at once, the models taking turns; the probe is answered when everybody else has been. */
      const round = async (models: readonly string[]): Promise<Reply[]> => {
        const count = 200 * models.length;
        let answered = 0;
        const calls = Array.from({ length: count }, async (_, index) => {
          const reply = await load.call(models[index % models.length]!);
          if (++answered === count - 1) release();
          return reply;
        });
        return Promise.all(calls);
      };
      const before = first.callsFor('crowd').length;
      // The same crowd for a model that only the second serves.
      const replies = await round(['crowd', 'calm']);
      await round(['crowd']);
      await round(['crowd']);
      expect([most, first.callsFor('crowd').length - before]).toEqual([1, 3]);
      expect((await circuitOf('crowd')).circuit).toBe('closed');
      expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([200]));
      const latencies = (model: number): number[] =>
        replies.flatMap(({ latencyMs, headers }, index) =>
          index % 2 === model && headers['x-gateway-account'] === 'second' ? [latencyMs] : [],
        );
      expect([latencies(0).length, latencies(1).length]).toEqual([199, 200]);
      expect(p99(latencies(0))).toBeLessThan(p99(latencies(1)) + MAX_ADDED_MS);
    });

    it("is given its permit back by a client's own mistake, and waits for the next probe", async () => {
      await untilProbe('mistake');
      first.on('mistake', (response) => json(response, 400, { error: { message: 'bad' } }));
      for (let i = 0; i < 5; i++) expect((await load.call('mistake')).status).toBe(400);
      expect(await circuitOf('mistake')).toMatchObject({ circuit: 'half_open', reason: null });
      first.on('mistake', hello);
      for (const state of ['half_open', 'half_open', 'closed']) {
        expect((await load.call('mistake')).headers['x-gateway-account']).toBe('first');
        expect((await circuitOf('mistake')).circuit).toBe(state);
      }
    });

    it('is given its permit back by a client that leaves', async () => {
      await untilProbe('leaving');
      first.on('leaving', () => undefined);
      const abort = new AbortController();
      const left = fetch(`${gateway.url}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${KEY}` },
        body: JSON.stringify({ model: 'leaving', messages: [] }),
        signal: abort.signal,
      });
      const before = first.callsFor('leaving').length;
      while (first.callsFor('leaving').length === before) await sleep(5);
      expect((await circuitOf('leaving')).reason).toBe('circuit_half_open');
      abort.abort();
      await expect(left).rejects.toMatchObject({ name: 'AbortError' });
      while (!first.callsFor('leaving').at(-1)!.aborted) await sleep(5);
      first.on('leaving', hello);
      for (let i = 0; i < 3; i++) await load.call('leaving');
      expect((await circuitOf('leaving')).circuit).toBe('closed');
    });

    it('opens again when its probe hangs, and does not believe what that says later', async () => {
      await untilProbe('hanging');
      let release = (): void => undefined;
      const released = new Promise<void>((resolve) => (release = resolve));
      first.on('hanging', async (response) => {
        await released;
        json(response, 200, HELLO_ANSWER);
      });
      const before = first.callsFor('hanging').length;
      const probe = load.call('hanging');
      while (first.callsFor('hanging').length === before) await sleep(5);
      const startedAt = performance.now();
      while ((await circuitOf('hanging')).circuit === 'half_open') await sleep(20);
      const hungMs = performance.now() - startedAt;
      expect(hungMs).toBeGreaterThan(MAX_HALF_OPEN_MS - 100);
      expect(hungMs).toBeLessThan(MAX_HALF_OPEN_MS + 1_000);
      expect((await circuitOf('hanging')).circuit).toBe('open');
      release();
      expect((await probe).status).toBe(200);
      expect((await circuitOf('hanging')).circuit).toBe('open');
      expect(first.callsFor('hanging').length - before).toBe(1);
    });
  });

  async function circuitOf(model: string) {
    const { body } = await gateway.call('GET', '/v1/routing/stats', { token: ADMIN_KEY });
    const account = body.accounts.find(
      ({ account_name: name }: { account_name: string }) => name === 'first',
    );
    return account.models.find((one: { model: string }) => one.model === model);
  }
});
