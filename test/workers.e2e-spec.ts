import { setTimeout as sleep } from 'node:timers/promises';
import type { Gateway } from './support/gateway.js';
import { HELLO_ANSWER, json, Upstream } from './support/upstream.js';
import {
  ADMIN_KEY,
  callAfresh,
  chatAfresh,
  startWorkers,
  workersOf,
} from './support/worker-gateway.js';

const KEY = 'a-master-key-for-the-workers';

describe('two workers', () => {
  let upstream: Upstream;
  let gateway: Gateway;
  let inFlight = 0;
  let mostInFlight = 0;

  beforeAll(async () => {
    upstream = await Upstream.start();
    upstream
      .on('slow', async (response) => {
        mostInFlight = Math.max(mostInFlight, ++inFlight);
        await sleep(60);
        inFlight--;
        json(response, 200, HELLO_ANSWER);
      })
      .on('/v1/models', (response, { headers }) => {
        const isRefused = headers.authorization === 'Bearer refused';
        json(response, isRefused ? 401 : 200, isRefused ? {} : { data: [] });
      })
      .otherwise((response) => json(response, 200, HELLO_ANSWER));
    gateway = await startWorkers({
      env: { HEALTH_PROBE_INTERVAL_MS: '1000' },
      config: `
        providers:
          - { name: one, type: openai, api_base: "${upstream.url}/v1", api_key: k, models: [m, slow] }
        master_keys:
          - { name: all, key: "${KEY}" }
      `,
    });
  });

  afterAll(async () => {
    await gateway?.stop();
    await upstream?.stop();
  });

  const newKey = async (settings: object): Promise<{ id: string; key: string }> => {
    const token = await gateway.login();
    const { body } = await gateway.call('POST', '/api/keys', {
      token,
      body: { name: 'fresh', ...settings },
    });
    return body;
  };
  const statuses = async (count: number, key: string, model = 'm'): Promise<number[]> => {
    const calls = Array.from({ length: count }, () => chatAfresh(gateway, key, { model }));
    return (await Promise.all(calls)).map(({ status }) => status);
  };

  it('share the connections evenly', async () => {
    const askers = new Map<number, number>();
    for (let i = 0; i < 20; i++) {
      const { text } = await callAfresh(gateway, { path: '/v1/routing/stats', token: ADMIN_KEY });
      const { worker } = JSON.parse(text) as { worker: number };
      askers.set(worker, (askers.get(worker) ?? 0) + 1);
    }
    expect([...askers.values()]).toEqual([10, 10]);
  });

  it('both know a key at once, and both forget it', async () => {
    for (let round = 0; round < 3; round++) {
      const { id, key } = await newKey({});
      expect(await statuses(20, key)).toEqual(Array<number>(20).fill(200));
      const token = await gateway.login();
      await gateway.call('DELETE', `/api/keys/${id}`, { token });
      expect(await statuses(20, key)).toEqual(Array<number>(20).fill(401));
    }
  });

  it('admit together what a key may have in a minute', async () => {
    const { key } = await newKey({ requests_per_minute: 30 });
    const all = await statuses(100, key);
    expect(all.filter((status) => status === 200)).toHaveLength(30);
    expect(all.filter((status) => status === 429)).toHaveLength(70);
  });

  it('admit together what a key may have at the same time', async () => {
    const { key } = await newKey({ max_concurrency: 3 });
    mostInFlight = 0;
    const all = await statuses(40, key, 'slow');
    expect(all.filter((status) => status === 200).length).toBeGreaterThanOrEqual(3);
    expect(mostInFlight).toBeLessThanOrEqual(3);
    expect(await statuses(3, key, 'slow')).toEqual([200, 200, 200]);
  });

  it('ask together of an account what it may be asked', async () => {
    const token = await gateway.login();
    const { body } = await gateway.call('POST', '/api/upstream-accounts', {
      token,
      body: {
        name: 'narrow',
        provider: 'openai',
        base_url: `${upstream.url}/v1`,
        api_key: 'narrow',
        models: ['narrow'],
        model_mapping: { narrow: 'slow' },
        max_concurrency: 1,
      },
    });
    mostInFlight = 0;
    const all = await statuses(20, KEY, 'narrow');
    expect(all.filter((status) => status === 200).length).toBeGreaterThanOrEqual(1);
    expect(new Set(all)).toEqual(new Set([200, 503]));
    expect(mostInFlight).toBe(1);
    for (let i = 0; i < 4; i++) {
      await sleep(25);
      expect(await statuses(1, KEY, 'narrow')).toEqual([200]);
    }
    await gateway.call('DELETE', `/api/upstream-accounts/${body.id}`, { token });
  });

  it('learn both from the probes of the one that leads', async () => {
    upstream.calls.length = 0;
    const token = await gateway.login();
    const { body } = await gateway.call('POST', '/api/upstream-accounts', {
      token,
      body: {
        name: 'refused',
        provider: 'openai',
        base_url: `${upstream.url}/v1`,
        api_key: 'refused',
        models: ['refused'],
      },
    });
    const path = `/api/upstream-accounts/${body.id}/health`;
    while (upstream.callsWith('refused').length === 0) await sleep(20);
    // As two workers tell it, each twice.
    const told = async (): Promise<string[]> => {
      const found = Array.from({ length: 4 }, () => callAfresh(gateway, { path, token }));
      return (await Promise.all(found)).map(
        ({ text }) => (JSON.parse(text) as { status: string }).status,
      );
    };
    while ((await told()).some((status) => status !== 'resting')) await sleep(20);
    // Asked by one of them only; both together would have asked twice as often.
    const before = upstream.callsWith('refused').length;
    await sleep(2_500);
    expect(upstream.callsWith('refused').length - before).toBeLessThanOrEqual(3);
    await gateway.call('DELETE', `/api/upstream-accounts/${body.id}`, { token });
  });

  it('tell the sum of what they count, whichever is asked', async () => {
    const total = async (): Promise<number> => {
      const { text } = await callAfresh(gateway, { path: '/metrics', token: KEY });
      return [...text.matchAll(/^llm_proxy_requests_total\{.*\} (\d+)$/gm)]
        .map(([, count]) => Number(count))
        .reduce((sum, count) => sum + count, 0);
    };
    const before = await total();
    await statuses(14, KEY);
    expect([await total(), await total()]).toEqual([before + 14, before + 14]);
    const [first, second] = await workersOf(gateway);
    // Counters must not fall when a worker goes.
    process.kill(first!.pid, 'SIGKILL');
    await sleep(100);
    expect(await total()).toBe(before + 14);
    expect(second!.pid).not.toBe(first!.pid);
  });
});
