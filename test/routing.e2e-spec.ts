import { setTimeout as sleep } from 'node:timers/promises';
import { Gateway, USER, type Answer } from './support/gateway.js';
import { closedLoop, Load, type Reply } from './support/load.js';
import { orderCircuit } from './support/order-circuit.js';
import { CLAUDE_STREAM } from './support/priced-answers.js';
import { HELLO_ANSWER, json, stream, Upstream } from './support/upstream.js';

const KEY = 'a-master-key-for-the-routing';

describe('routing', () => {
  let upstream: Upstream;
  let gateway: Gateway;
  let load: Load;
  let admin: string;

  beforeAll(async () => {
    upstream = await Upstream.start();
    upstream
      .otherwise((response) => json(response, 200, HELLO_ANSWER))
      .on('broken', (response) => json(response, 500, { error: { message: 'boom' } }))
      .on('claude-1', async (response, { body }) => {
        if (JSON.parse(body.toString('utf8')).stream) {
          await stream(response, CLAUDE_STREAM);
          response.end();
          return;
        }
        json(response, 200, {
          id: 'msg_1',
          type: 'message',
          role: 'assistant',
          model: 'claude-1',
          content: [{ type: 'text', text: 'hi from claude' }],
          stop_reason: 'end_turn',
          stop_sequence: null,
          usage: { input_tokens: 3, output_tokens: 4 },
        });
      });
    gateway = await Gateway.start({
      env: { HEALTH_PROBE_INTERVAL_MS: '0' },
      config: `
        providers:
          - { name: heavy, type: openai, api_base: "${upstream.url}", api_key: heavy, weight: 3, models: ["pair", "both"] }
          - { name: light, type: deepseek, api_base: "${upstream.url}", api_key: light, weight: 1, models: ["pair", "both"] }
          - { name: broken, type: openai, api_base: "${upstream.url}", api_key: broken, models: ["broken"] }
          - { name: claude, type: anthropic, api_base: "${upstream.url}", api_key: claude, models: ["claude-1"] }
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

  async function configure(fields: object): Promise<Answer> {
    const answer = await api('PUT', '/v1/routing/config', fields);
    expect([answer.status, answer.text]).toEqual([200, expect.any(String)]);
    return answer;
  }

  const accountOf = ({ headers, status }: Reply): string =>
    `${status} ${String(headers['x-gateway-account'])}`;

  /** Who answered so many calls, one after the other. */
  async function shares(
    count: number,
    call: () => Promise<Reply>,
  ): Promise<Record<string, number>> {
    const counts: Record<string, number> = {};
    for (let i = 0; i < count; i++) {
      const account = accountOf(await call());
      counts[account] = (counts[account] ?? 0) + 1;
    }
    return counts;
  }

  async function newKey(fields: object): Promise<string> {
    const { status, body } = await api('POST', '/api/keys', {
      name: `key ${Math.random()}`,
      ...fields,
    });
    expect(status).toBe(201);
    return body.key as string;
  }

  describe('by strategy', () => {
    afterAll(() => configure({ strategy: 'weighted_round_robin', models: {}, enabled: true }));

    it('follows a change from the next request on, without a restart', async () => {
      const call = () => load.call('pair');
      expect(await shares(40, call)).toEqual({ '200 heavy': 30, '200 light': 10 });
      await configure({ strategy: 'round_robin' });
      expect(await shares(40, call)).toEqual({ '200 heavy': 20, '200 light': 20 });
      await configure({ enabled: false });
      expect(await shares(10, call)).toEqual({ '200 heavy': 10 });
      await configure({ enabled: true, strategy: 'weighted_round_robin' });
      expect(await shares(40, call)).toEqual({ '200 heavy': 30, '200 light': 10 });
    });

    it('can differ for some models', async () => {
      await configure({ models: { 'pa*': { strategy: 'sticky_session' } } });
      const call = (model: string) => () => load.call(model, { user: 'a-conversation' });
      expect(Object.values(await shares(20, call('pair')))).toEqual([20]);
      expect(await shares(20, call('both'))).toEqual({ '200 heavy': 15, '200 light': 5 });
    });

    it('follows the preferences of the key before all of that', async () => {
      await configure({ strategy: 'weighted_round_robin', models: {} });
      const even = await newKey({ routing_preferences: { strategy: 'round_robin' } });
      const picky = await newKey({ routing_preferences: { preferred_providers: ['deepseek'] } });
      const averse = await newKey({ routing_preferences: { excluded_providers: ['openai'] } });
      expect(await shares(20, () => load.as(even).call('both'))).toEqual({
        '200 heavy': 10,
        '200 light': 10,
      });
      for (const key of [picky, averse]) {
        expect(await shares(10, () => load.as(key).call('pair'))).toEqual({ '200 light': 10 });
      }
      await orderCircuit(gateway, 'light', 'forced_open');
      expect(await shares(3, () => load.as(picky).call('pair'))).toEqual({ '200 heavy': 3 });
      expect((await load.as(averse).call('pair')).status).toBe(503);
      await orderCircuit(gateway, 'light', 'auto');
    });
  });

  describe('with fallbacks', () => {
    beforeAll(() => configure({ fallbacks: { broken: ['claude-1'] } }));
    afterAll(() => configure({ fallbacks: {} }));

    it('serves with another model, of another provider and protocol', async () => {
      const reply = await load.call('broken');
      expect(accountOf(reply)).toBe('200 claude');
      expect(reply.headers['x-gateway-model']).toBe('claude-1');
      expect(JSON.parse(reply.text)).toMatchObject({
        object: 'chat.completion',
        choices: [{ message: { content: 'hi from claude' } }],
      });
      const streamed = await load.call('broken', { stream: true });
      expect(streamed.text).toContain('"content":"hi"');
      expect(streamed.text).toContain('[DONE]');
      const message = await load.call('broken', { stream: true }, '/v1/messages');
      expect(message.text).toBe(CLAUDE_STREAM.join(''));
    });

    it('are no way around what a key may use', async () => {
      const key = await newKey({ allowed_models: ['broken'] });
      const asked = upstream.callsWith('claude').length;
      const reply = await load.as(key).call('broken');
      expect([reply.status, JSON.parse(reply.text).error.code]).toEqual([502, 'upstream_error']);
      expect(upstream.callsWith('claude')).toHaveLength(asked);
    });
  });

  describe('its configuration', () => {
    it('is kept in versions that are listed and can be restored', async () => {
      const { body: before } = await configure({ strategy: 'random' });
      const { body: after } = await configure({ strategy: 'round_robin', weights: { cost: 2 } });
      expect(after).toMatchObject({
        version: before.version + 1,
        strategy: 'round_robin',
        weights: { cost: 2 },
        created_by: 'admin',
        managed_by: null,
      });
      expect((await api('GET', '/v1/routing/config')).body).toEqual(after);
      const { body: page } = await api('GET', '/v1/routing/config/versions?limit=1');
      expect(page.data).toEqual([after]);
      const path = `/v1/routing/config/versions?limit=1&cursor=${page.next_cursor}`;
      expect((await api('GET', path)).body.data).toEqual([before]);
      const restore = (version: number) =>
        api('POST', `/v1/routing/config/versions/${version}/restore`);
      const restored = await restore(before.version);
      expect(restored.body).toMatchObject({
        version: after.version + 1,
        strategy: 'random',
        weights: before.weights,
        restored_from: before.version,
      });
      expect((await restore(99_999)).status).toBe(404);
      expect((await api('GET', '/v1/routing/stats')).body.strategy).toBe('random');
      await configure({ strategy: 'weighted_round_robin' });
    });

    it.each([
      [{ strategy: 'cheapest' }],
      [{ fallbacks: { a: ['a'] } }],
      [{ models: { a: { strategy: 'cheapest' } } }],
      [{ models: { a: { first_byte_timeout_ms: -1 } } }],
      [{ weights: { beauty: 1 } }],
      [{ enabled: 'no' }],
      [{ nonsense: 1 }],
    ])('refuses %j, and keeps what it has', async (fields) => {
      const { body: before } = await api('GET', '/v1/routing/config');
      expect((await api('PUT', '/v1/routing/config', fields)).status).toBe(400);
      expect((await api('GET', '/v1/routing/config')).body).toEqual(before);
    });

    it('is for administrators', async () => {
      const user = await gateway.login(USER);
      for (const [method, path] of [
        ['GET', '/v1/routing/stats'],
        ['GET', '/v1/routing/config'],
        ['PUT', '/v1/routing/config'],
        ['POST', '/v1/routing/explain'],
      ]) {
        const { status } = await gateway.call(method!, path!, { token: user });
        expect([path, status]).toEqual([path, 403]);
      }
    });
  });

  describe('that people ask about', () => {
    it('explains whom a request would ask and why the others are left out, without asking anybody', async () => {
      await orderCircuit(gateway, 'heavy', 'forced_open');
      const calls = upstream.calls.length;
      const { status, body } = await api('POST', '/v1/routing/explain', { model: 'pair' });
      expect([status, body.would_ask]).toEqual([200, 'light']);
      expect(body.models).toMatchObject([
        {
          model: 'pair',
          strategy: 'weighted_round_robin',
          candidates: [
            { account_name: 'heavy', available: false, reason: 'circuit_forced_open' },
            { account_name: 'light', available: true, reason: null, circuit: 'closed', weight: 1 },
          ],
        },
      ]);
      expect(upstream.calls).toHaveLength(calls);
      // A circuit that was ordered open stays so, whatever happens.
      expect(await shares(10, () => load.call('pair'))).toEqual({ '200 light': 10 });
      await orderCircuit(gateway, 'heavy', 'auto');
      const again = await api('POST', '/v1/routing/explain', { model: 'pair' });
      expect(again.body.models[0].candidates[0]).toMatchObject({ available: true });
      expect((await api('POST', '/v1/routing/explain', { model: 'unheard-of' })).status).toBe(404);
    });

    it('shows what it has learnt of each account', async () => {
      upstream.on('both', (response) => {
        response.setHeader('x-ratelimit-limit-requests', '100');
        response.setHeader('x-ratelimit-remaining-requests', '25');
        response.setHeader('x-ratelimit-reset-requests', '1m0s');
        json(response, 200, HELLO_ANSWER);
      });
      await closedLoop({ count: 8, concurrency: 1 }, () => load.call('both'));
      const { body } = await api('GET', '/v1/routing/stats');
      for (const name of ['heavy', 'light']) {
        const { models } = body.accounts.find(
          (one: { account_name: string }) => one.account_name === name,
        );
        expect(models.find((one: { model: string }) => one.model === 'both')).toMatchObject({
          circuit: 'closed',
          reason: null,
          requests_in_flight: 0,
          failure_share: 0,
          time_to_first_token_ms: expect.any(Number),
          rate_limit_remaining: 0.25,
        });
      }
    });

    it('keeps with each request who could have answered, who was left out, and every attempt', async () => {
      await configure({ fallbacks: { pair: ['claude-1'] } });
      await orderCircuit(gateway, 'light', 'forced_open');
      upstream.on('pair', (response) => json(response, 500, { error: { message: 'boom' } }));
      const reply = await load.call('pair');
      upstream.on('pair', (response) => json(response, 200, HELLO_ANSWER));
      await orderCircuit(gateway, 'light', 'auto');
      await configure({ fallbacks: {} });
      const { body } = await untilRecorded(String(reply.headers['x-request-id']));
      expect(body.decision).toEqual({
        strategy: 'weighted_round_robin',
        models: ['pair', 'claude-1'],
        candidates: ['heavy', 'light', 'claude'],
        excluded: [
          {
            account_id: expect.any(String),
            account_name: 'light',
            model: 'pair',
            reason: 'circuit_forced_open',
            remaining_ms: null,
          },
        ],
      });
      const [failed, answered] = body.attempts;
      expect([body.attempts.length, body.status, body.model]).toEqual([2, 200, 'claude-1']);
      expect(failed).toMatchObject({
        account_name: 'heavy',
        status: 500,
        outcome: 'server_error',
        error: 'boom',
      });
      expect(answered).toMatchObject({
        account_name: 'claude',
        status: 200,
        outcome: 'success',
        error: null,
      });
      expect(answered.started_at_ms).toBeGreaterThanOrEqual(
        failed.started_at_ms + failed.duration_ms,
      );
    });
  });

  async function untilRecorded(id: string): Promise<Answer> {
    for (;;) {
      const answer = await api('GET', `/api/stats/requests/${id}`);
      if (answer.status === 200) return answer;
      await sleep(50);
    }
  }
});
