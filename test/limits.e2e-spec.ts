import { setTimeout as sleep } from 'node:timers/promises';
import { Gateway } from './support/gateway.js';
import { HELLO_ANSWER, HELLO_STREAM, json, stream, Upstream } from './support/upstream.js';

const FILE_KEY = 'a-master-key-with-a-rate-limit';
const BLOCKED_KEY = 'a-master-key-that-blocks-everything';

describe('limits of keys', () => {
  let upstream: Upstream;
  let gateway: Gateway;
  let admin: string;
  /** Ends the calls that `held` keeps open; those of `stormed` are cut off by their clients. */
  const releases: (() => void)[] = [];

  beforeAll(async () => {
    upstream = await Upstream.start();
    upstream
      .on('held', async (response) => {
        await new Promise<void>((resolve) => releases.push(resolve));
        json(response, 200, HELLO_ANSWER);
      })
      .on('stormed', async (response) => {
        await sleep(1_000);
        json(response, 200, HELLO_ANSWER);
      })
      .on('streamed', async (response) => {
        await stream(response, HELLO_STREAM);
        response.end();
      })
      .on('broken-*', (response) => json(response, 500, { error: { message: 'boom' } }))
      .otherwise((response) => json(response, 200, HELLO_ANSWER));
    gateway = await Gateway.start({
      env: { ACCOUNT_COOLDOWN_MS: '1' },
      config: `
        providers:
          - name: one
            type: openai
            api_base: "${upstream.url}"
            api_key: sk-upstream
            models: [hello, held, stormed, streamed, broken-*]
        master_keys:
          - name: limited
            key: ${FILE_KEY}
            rate_limit: { requests_per_second: 1, burst_size: 3 }
          - name: blocked
            key: ${BLOCKED_KEY}
            rate_limit: { requests_per_second: 0, burst_size: 0 }
      `,
    });
    admin = await gateway.login();
  });

  afterAll(async () => {
    await gateway?.stop();
    await upstream?.stop();
  });

  const newKey = async (limits: object): Promise<string> => {
    const { status, body, text } = await gateway.call('POST', '/api/keys', {
      token: admin,
      body: { name: 'limited', ...limits },
    });
    if (status !== 201) throw new Error(text);
    return body.key as string;
  };
  const chat = (token: string, body: object = {}) =>
    gateway.call('POST', '/v1/chat/completions', {
      token,
      body: { model: 'hello', messages: [{ role: 'user', content: 'hi' }], ...body },
    });
  const message = (token: string, body: object = {}) =>
    gateway.call('POST', '/v1/messages', {
      token,
      body: { model: 'hello', max_tokens: 5, messages: [{ role: 'user', content: 'hi' }], ...body },
    });
  const statuses = async (calls: ReturnType<typeof chat>[]): Promise<number[]> =>
    (await Promise.all(calls)).map(({ status }) => status).sort((a, b) => a - b);
  const until = async (condition: () => boolean): Promise<void> => {
    while (!condition()) await sleep(5);
  };

  it('holds the rate limit of the configuration file', async () => {
    const calls = Array.from({ length: 6 }, () => chat(FILE_KEY));
    expect(await statuses(calls)).toEqual([200, 200, 200, 429, 429, 429]);
    await sleep(1_050);
    expect((await chat(FILE_KEY)).status).toBe(200);
  });

  it('blocks everything at 0 and 0', async () => {
    const { status, body, headers } = await chat(BLOCKED_KEY);
    expect([status, body.error.code]).toEqual([429, 'rate_limit_exceeded']);
    expect(headers.get('x-should-retry')).toBe('false');
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
  });

  it("tells OpenAI's clients in OpenAI's words", async () => {
    const key = await newKey({ requests_per_minute: 2, tokens_per_minute: 10_000 });
    const first = await chat(key, { max_tokens: 100 });
    expect(first.status).toBe(200);
    expect(first.headers.get('x-ratelimit-limit-requests')).toBe('2');
    expect(first.headers.get('x-ratelimit-remaining-requests')).toBe('1');
    expect(first.headers.get('x-ratelimit-reset-requests')).toMatch(
      /^(60(\.\d+)?s|1m[01](\.\d+)?s)$/,
    );
    expect(first.headers.get('x-ratelimit-limit-tokens')).toBe('10000');
    const estimate = 10_000 - Number(first.headers.get('x-ratelimit-remaining-tokens'));
    expect(estimate).toBeGreaterThan(100);
    expect(estimate).toBeLessThan(150);
    const second = await chat(key, { max_tokens: 100 });
    // The first one's twelve tokens and this one's estimate.
    expect(Number(second.headers.get('x-ratelimit-remaining-tokens'))).toBe(10_000 - 12 - estimate);
    const refused = await chat(key);
    expect([refused.status, refused.body.error]).toEqual([
      429,
      {
        message: 'this API key has reached its limit of 2 requests per minute',
        type: 'rate_limit_error',
        param: null,
        code: 'rate_limit_exceeded',
      },
    ]);
    expect(refused.headers.get('x-ratelimit-remaining-requests')).toBe('0');
    const retryAfter = Number(refused.headers.get('retry-after'));
    expect(retryAfter).toBeGreaterThan(50);
    expect(retryAfter).toBeLessThanOrEqual(61);
  });

  it("tells Anthropic's clients in Anthropic's", async () => {
    const key = await newKey({ requests_per_minute: 1, tokens_per_minute: 500 });
    const { status, headers } = await message(key);
    expect(status).toBe(200);
    expect(headers.get('anthropic-ratelimit-requests-limit')).toBe('1');
    expect(headers.get('anthropic-ratelimit-requests-remaining')).toBe('0');
    const reset = headers.get('anthropic-ratelimit-requests-reset')!;
    expect(reset).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(Date.parse(reset) - Date.now()).toBeGreaterThan(50_000);
    expect(headers.get('anthropic-ratelimit-tokens-limit')).toBe('500');
    expect(headers.get('x-ratelimit-limit-requests')).toBeNull();
    const refused = await message(key);
    expect([refused.status, refused.body.error.type]).toEqual([429, 'rate_limit_error']);
    expect(refused.headers.get('retry-after')).not.toBeNull();
  });

  it('has nothing to say of keys without limits', async () => {
    const { status, headers } = await chat(await newKey({}));
    expect(status).toBe(200);
    expect([...headers.keys()].filter((name) => name.includes('ratelimit'))).toEqual([]);
  });

  it('refuses by tokens before anybody is asked', async () => {
    const key = await newKey({ tokens_per_minute: 200 });
    const before = upstream.calls.length;
    const calls = [chat(key, { max_tokens: 150 }), chat(key, { max_completion_tokens: 150 })];
    expect(await statuses(calls)).toEqual([200, 429]);
    expect(upstream.calls.length).toBe(before + 1);
    // What the first did not use is free again.
    expect((await chat(key, { max_tokens: 150 })).status).toBe(200);
  });

  it('holds max_concurrency until an answer is whole, or its client has left', async () => {
    const key = await newKey({ max_concurrency: 2 });
    const running = [chat(key, { model: 'held' }), chat(key, { model: 'held' })];
    await until(() => releases.length === 2);
    const refused = await chat(key);
    expect([refused.status, refused.body.error.code]).toEqual([429, 'concurrency_exceeded']);
    releases.shift()!();
    await running[0];
    expect((await chat(key)).status).toBe(200);
    expect((await chat(key, { model: 'streamed', stream: true })).status).toBe(200);
    releases.shift()!();
    await running[1];

    const leave = new AbortController();
    const left = fetch(`${gateway.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'held', messages: [] }),
      signal: leave.signal,
    });
    await until(() => releases.length === 1);
    leave.abort();
    await expect(left).rejects.toThrow();
    await upstream.callsFor('held').at(-1)!.closed;
    await sleep(20);
    expect(await statuses([chat(key), chat(key)])).toEqual([200, 200]);
    releases.shift()!();
  });

  it('loses no place to clients that leave, whenever they do, and to failures', async () => {
    const key = await newKey({ max_concurrency: 3 });
    const models = ['streamed', 'hello', 'stormed', 'broken-often', 'nobody-serves-this'];
    const storm = Array.from({ length: 120 }, async (_, index) => {
      await sleep(index * 3);
      const model = models[index % models.length]!;
      await fetch(`${gateway.url}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body: JSON.stringify({ model, stream: index % 2 === 0, messages: [] }),
        signal: AbortSignal.timeout(1 + (index % 23)),
      }).then(
        (response) => response.text().catch(() => ''),
        () => '',
      );
    });
    await Promise.all(storm);
    await sleep(200);
    const running = [0, 1, 2].map(() => chat(key, { model: 'held' }));
    await until(() => releases.length === 3);
    expect((await chat(key)).body.error.code).toBe('concurrency_exceeded');
    for (const release of releases.splice(0)) release();
    expect(await statuses(running)).toEqual([200, 200, 200]);
  });

  it('gives everything back for a call that reaches nobody', async () => {
    const key = await newKey({
      requests_per_minute: 2,
      tokens_per_minute: 10_000,
      max_concurrency: 1,
    });
    for (let i = 0; i < 5; i++) {
      expect((await chat(key, { model: 'nobody-serves-this' })).status).toBe(404);
    }
    for (let i = 0; i < 5; i++) {
      const strict = { 'x-gateway-strict': 'true' };
      const { status } = await gateway.call('POST', '/v1/messages', {
        token: key,
        headers: strict,
        body: { model: 'hello', max_tokens: 5, messages: [], top_k: 3 },
      });
      expect(status).toBe(400);
    }
    const { status, headers } = await chat(key);
    expect([status, headers.get('x-ratelimit-remaining-requests')]).toEqual([200, '1']);
    // One that failed everywhere was a request all the same; of a model whose circuit no storm has opened.
    expect((await chat(key, { model: 'broken-once' })).status).toBe(502);
    expect((await chat(key)).status).toBe(429);
  });

  it('counts what all keys of a user use together', async () => {
    const username = 'limited.user';
    const password = 'a long enough password';
    const created = await gateway.call('POST', '/api/users', {
      token: admin,
      body: { username, password, requests_per_minute: 5 },
    });
    expect([created.status, created.body.requests_per_minute]).toEqual([201, 5]);
    const token = await gateway.login({ username, password });
    const path = `/api/users/${created.body.id}`;
    const changed = await gateway.call('PUT', path, {
      token: admin,
      body: { requests_per_minute: 3, budget: { amount_usd: '5', period: 'week' } },
    });
    expect(changed.body).toMatchObject({
      requests_per_minute: 3,
      max_concurrency: null,
      budget: { amount_usd: '5.00', period: 'week' },
    });
    // A limit ends no session.
    expect((await gateway.call('GET', '/api/auth/me', { token })).status).toBe(200);
    const keys: string[] = [];
    for (const name of ['one', 'two']) {
      keys.push((await gateway.call('POST', '/api/keys', { token, body: { name } })).body.key);
    }
    const calls = [0, 1, 0, 1, 0].map((index) => chat(keys[index]!));
    expect(await statuses(calls)).toEqual([200, 200, 200, 429, 429]);
    await gateway.call('PUT', path, {
      token: admin,
      body: { requests_per_minute: null, budget: null },
    });
    expect((await chat(keys[0]!)).status).toBe(200);
  });

  it('counts what it refused, by kind and scope', async () => {
    const { text } = await gateway.call('GET', '/metrics');
    expect(text).toMatch(/llm_proxy_limit_rejections_total\{kind="requests",scope="user"\} 2\n/);
    expect(text).toMatch(
      /llm_proxy_limit_rejections_total\{kind="concurrency",scope="key"\} \d+\n/,
    );
    expect(text).toMatch(/llm_proxy_degraded\{component="redis"\} 0\n/);
  });
});
