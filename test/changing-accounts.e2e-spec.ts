import { setTimeout as sleep } from 'node:timers/promises';
import { Gateway, type Answer } from './support/gateway.js';
import { Load, type Reply } from './support/load.js';
import { HELLO_ANSWER, json, Upstream } from './support/upstream.js';

const KEY = 'a-master-key-for-the-changes';

describe('serving while accounts come and go', () => {
  let upstream: Upstream;
  let gateway: Gateway;
  let load: Load;
  let admin: string;

  beforeAll(async () => {
    upstream = await Upstream.start();
    gateway = await Gateway.start({
      env: { HEALTH_PROBE_INTERVAL_MS: '0' },
      config: `
        master_keys:
          - { name: all, key: "${KEY}" }
      `,
    });
    load = new Load(gateway.url, KEY);
    admin = await gateway.login();
  });

  afterAll(async () => {
    await load?.close();
    await gateway?.stop();
    await upstream?.stop();
  });

  const api = (method: string, path: string, body?: object): Promise<Answer> =>
    gateway.call(method, path, { token: admin, ...(body && { body }) });

  it('loses no request', async () => {
    upstream.on('coming', async (response) => {
      await sleep(5);
      json(response, 200, HELLO_ANSWER);
    });
    const add = async (name: string): Promise<string> => {
      const { status, body } = await api('POST', '/api/upstream-accounts', {
        name,
        provider: 'openai',
        base_url: upstream.url,
        api_key: name,
        models: ['coming'],
      });
      expect(status).toBe(201);
      return body.id as string;
    };
    await add('stays');
    let isOver = false;
    const replies: Reply[] = [];
    const clients = Array.from({ length: 10 }, async () => {
      while (!isOver) replies.push(await load.call('coming'));
    });
    const names: string[] = [];
    for (let round = 0; round < 5; round++) {
      const name = `goes-${round}`;
      names.push(name);
      const id = await add(name);
      while (upstream.callsWith(name).length < 5) await sleep(5);
      const drained = await api('PUT', `/api/upstream-accounts/${id}`, { enabled: false });
      expect(drained.body.enabled).toBe(false);
      await sleep(50);
      const asked = upstream.callsWith(name).length;
      await sleep(50);
      expect(upstream.callsWith(name)).toHaveLength(asked);
      await api('PUT', `/api/upstream-accounts/${id}`, { enabled: true });
      while (upstream.callsWith(name).length < asked + 5) await sleep(5);
      expect((await api('DELETE', `/api/upstream-accounts/${id}`)).status).toBe(204);
    }
    isOver = true;
    await Promise.all(clients);
    expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([200]));
    expect(replies.length).toBeGreaterThan(200);
    const { body } = await api('GET', '/v1/routing/stats');
    const known = body.accounts.map((one: { account_name: string }) => one.account_name);
    expect(known.filter((name: string) => names.includes(name))).toEqual([]);
  });

  it('lets calls under way end in peace', async () => {
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    upstream.on('leaving', async (response) => {
      await released;
      json(response, 200, HELLO_ANSWER);
    });
    const { body } = await api('POST', '/api/upstream-accounts', {
      name: 'leaves',
      provider: 'openai',
      base_url: upstream.url,
      api_key: 'leaves',
      models: ['leaving'],
    });
    const call = load.call('leaving');
    while (upstream.callsWith('leaves').length === 0) await sleep(5);
    expect((await api('DELETE', `/api/upstream-accounts/${body.id}`)).status).toBe(204);
    expect((await load.call('leaving')).status).toBe(404);
    release();
    const { status, headers } = await call;
    expect([status, headers['x-gateway-account']]).toEqual([200, 'leaves']);
  });
});
