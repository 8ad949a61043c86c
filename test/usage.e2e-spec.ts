import { setTimeout as sleep } from 'node:timers/promises';
import { Gateway, type Answer } from './support/gateway.js';
import {
  CLAUDE_RECORD,
  CLAUDE_STREAM,
  CLAUDE_USAGE,
  GPT_RECORD,
  GPT_STREAM,
  GPT_USAGE,
} from './support/priced-answers.js';
import { json, stream, Upstream } from './support/upstream.js';

const KEY = 'a-master-key-for-the-usage';
const LIMITED = 'a-master-key-for-gpt-only';

describe('every request', () => {
  let first: Upstream;
  let second: Upstream;
  let gateway: Gateway;
  let admin: string;
  const ids: string[] = [];

  beforeAll(async () => {
    first = await Upstream.start();
    second = await Upstream.start();
    gateway = await Gateway.start({
      env: { MAX_BODY_BYTES: '5000' },
      config: `
        providers:
          - { name: gpt, type: openai, api_base: "${first.url}", api_key: k, models: ["gpt-*", "left-*"] }
          - { name: spare, type: openai, api_base: "${second.url}", api_key: k, priority: 1, models: ["gpt-4o"] }
          - { name: claude, type: anthropic, api_base: "${first.url}", api_key: k, models: ["claude-*"] }
        master_keys:
          - { name: all, key: "${KEY}" }
          - { name: limited, key: "${LIMITED}", allowed_models: ["gpt-*"] }
      `,
    });
    admin = await gateway.login();
  });

  afterAll(async () => {
    await gateway?.stop();
    await Promise.all([first?.stop(), second?.stop()]);
  });

  const call = async (
    path: string,
    body: object,
    headers: Record<string, string> = {},
  ): Promise<Answer> => {
    const answer = await gateway.call('POST', path, {
      body: { messages: [{ role: 'user', content: 'hi' }], ...body },
      headers: { authorization: `Bearer ${KEY}`, ...headers },
    });
    ids.push(answer.headers.get('x-request-id')!);
    return answer;
  };
  const chat = (body: object, headers?: Record<string, string>) =>
    call('/v1/chat/completions', body, headers);

  /** The record of an answer, as administrators see it; it must be there within a second, and alone. */
  async function recordOf(answer: Answer) {
    const id = answer.headers.get('x-request-id')!;
    const startedAt = performance.now();
    for (;;) {
      const found = await gateway.call('GET', `/api/stats/requests/${id}`, { token: admin });
      if (found.status === 200) {
        expect(performance.now() - startedAt).toBeLessThan(1_000);
        return found.body;
      }
      if (performance.now() - startedAt > 5_000) throw new Error(`no record of ${id}`);
      await sleep(20);
    }
  }

  it('that is answered in one piece is recorded with tokens and cost', async () => {
    first.on('gpt-4o', (response) =>
      json(response, 200, { choices: [{ message: { content: 'hi' } }], usage: GPT_USAGE }),
    );
    const answer = await chat(
      { model: 'gpt-4o' },
      { 'x-gateway-tags': 'night,batch', 'x-gateway-session': 's-1' },
    );
    expect(answer.status).toBe(200);
    expect(await recordOf(answer)).toMatchObject({
      ...GPT_RECORD,
      key_name: 'all',
      operation: 'chat',
      client_protocol: 'openai',
      requested_model: 'gpt-4o',
      model: 'gpt-4o',
      provider: 'openai',
      account_name: 'gpt',
      stream: false,
      status: 200,
      end_reason: 'completed',
      error_code: null,
      tags: ['night', 'batch'],
      session: 's-1',
      attempts: [{ account_name: 'gpt', status: 200, outcome: 'success', error: null }],
    });
  });

  it('that streams is recorded with the same, and the time of its first word', async () => {
    first.on('gpt-4o', async (response) => {
      await stream(response, GPT_STREAM, 30);
      response.end();
    });
    const answer = await chat({ model: 'gpt-4o', stream: true });
    expect(answer.text).not.toContain('usage');
    const record = await recordOf(answer);
    expect(record).toMatchObject({ ...GPT_RECORD, stream: true, end_reason: 'completed' });
    expect(record.time_to_first_token_ms).toBeGreaterThan(20);
    expect(record.time_to_first_token_ms).toBeLessThan(record.latency_ms);
    expect(record.overhead_ms).toBeLessThan(record.time_to_first_token_ms);
  });

  it.each([false, true])("of Anthropic's protocol is recorded (streaming: %s)", async (streams) => {
    first.on('claude-sonnet-4-5', async (response) => {
      if (!streams) {
        json(response, 200, { type: 'message', content: [], usage: CLAUDE_USAGE });
        return;
      }
      await stream(response, CLAUDE_STREAM);
      response.end();
    });
    const answer = await call('/v1/messages', {
      model: 'claude-sonnet-4-5',
      max_tokens: 9,
      stream: streams,
      metadata: { user_id: 'somebody' },
    });
    expect(answer.headers.get('request-id')).toBe(answer.headers.get('x-request-id'));
    expect(await recordOf(answer)).toMatchObject({
      ...CLAUDE_RECORD,
      operation: 'messages',
      client_protocol: 'anthropic',
      session: 'somebody',
      stream: streams,
    });
  });

  it('that needed a second account shows both attempts', async () => {
    first.on('gpt-4o', (response) => json(response, 503, { error: { message: 'no room' } }));
    second.on('gpt-4o', (response) => json(response, 200, { choices: [], usage: GPT_USAGE }));
    const answer = await chat({ model: 'gpt-4o' });
    expect(await recordOf(answer)).toMatchObject({
      ...GPT_RECORD,
      account_name: 'spare',
      overhead_ms: null,
      attempts: [
        { account_name: 'gpt', status: 503, outcome: 'unavailable', error: 'no room' },
        { account_name: 'spare', status: 200, outcome: 'success', error: null },
      ],
    });
  });

  it('that every upstream fails is recorded with what the client was told', async () => {
    first.on('gpt-fails', (response) => json(response, 500, { error: { message: 'boom' } }));
    const answer = await chat({ model: 'gpt-fails' });
    expect(answer.status).toBe(502);
    expect(await recordOf(answer)).toMatchObject({
      status: 502,
      end_reason: 'upstream_error',
      error_code: 'upstream_error',
      total_tokens: 0,
      usage_source: 'none',
      cost_usd: null,
      // The only account is asked once more.
      attempts: [
        { status: 500, outcome: 'server_error', error: 'boom' },
        { status: 500, outcome: 'server_error', error: 'boom' },
      ],
    });
  });

  it('that the upstream refuses is recorded', async () => {
    first.on('gpt-refuses', (response) =>
      json(response, 400, { error: { message: 'temperature', type: 'invalid_request_error' } }),
    );
    const answer = await chat({ model: 'gpt-refuses' });
    expect(answer.status).toBe(400);
    expect(await recordOf(answer)).toMatchObject({
      status: 400,
      end_reason: 'upstream_error',
      error_code: 'request_refused',
      attempts: [{ status: 400, outcome: 'request_refused' }],
    });
  });

  it('that breaks off half-way is recorded with an estimate', async () => {
    first.on('gpt-4o', async (response) => {
      await stream(response, GPT_STREAM.slice(0, 3));
      response.socket!.destroy();
    });
    const answer = await chat({ model: 'gpt-4o', stream: true });
    const record = await recordOf(answer);
    expect(record).toMatchObject({
      status: 200,
      end_reason: 'interrupted',
      error_code: 'stream_interrupted',
      usage_source: 'estimated',
      attempts: [{ status: 200, outcome: 'interrupted' }],
    });
    expect(record.input_tokens).toBeGreaterThan(0);
    expect(record.output_tokens).toBeGreaterThan(0);
    expect(record.cost_usd).not.toBeNull();
  });

  it('that breaks off keeps what Anthropic counted at its start', async () => {
    first.on('claude-sonnet-4-5', async (response) => {
      await stream(response, CLAUDE_STREAM.slice(0, 3));
      response.socket!.destroy();
    });
    const body = { model: 'claude-sonnet-4-5', max_tokens: 9, stream: true };
    expect(await recordOf(await call('/v1/messages', body))).toMatchObject({
      end_reason: 'interrupted',
      usage_source: 'estimated',
      input_tokens: CLAUDE_USAGE.input_tokens,
      cache_read_tokens: CLAUDE_USAGE.cache_read_input_tokens,
      output_tokens: 1,
    });
  });

  it.each([true, false])('whose client leaves is recorded (streaming: %s)', async (streams) => {
    const model = `left-${streams}`;
    first.on(model, async (response) => {
      if (streams) await stream(response, GPT_STREAM.slice(0, 3));
    });
    const abort = new AbortController();
    const leaving = fetch(`${gateway.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${KEY}` },
      body: JSON.stringify({ model, stream: streams, messages: [] }),
      signal: abort.signal,
    }).then((response) => response.text());
    while (first.callsFor(model).length === 0) await sleep(5);
    await sleep(100);
    abort.abort();
    await expect(leaving).rejects.toThrow();
    const record = await only(`?model=${model}`);
    ids.push(record.id);
    expect(record).toMatchObject({
      status: 499,
      end_reason: 'client_closed',
      error_code: null,
      usage_source: 'estimated',
    });
  });

  it.each<[string, string, number, string, object]>([
    ['may not have its model', LIMITED, 403, 'model_not_allowed', { model: 'claude-sonnet-4-5' }],
    ['names a model nobody serves', KEY, 404, 'model_not_found', { model: 'unheard-of' }],
    ['names no model', KEY, 400, 'invalid_request', {}],
    ['is too large', KEY, 413, 'request_too_large', { model: 'gpt-4o', x: 'x'.repeat(6_000) }],
  ])('that %s is recorded', async (_, key, status, code, body) => {
    const answer = await chat(body, {
      authorization: `Bearer ${key}`,
      'x-gateway-tags': 'refused',
    });
    expect(answer.status).toBe(status);
    expect(await recordOf(answer)).toMatchObject({
      status,
      end_reason: 'rejected',
      error_code: code,
      operation: 'chat',
      requested_model: status < 410 ? ((body as { model?: string }).model ?? '') : '',
      key_name: key === KEY ? 'all' : 'limited',
      model: null,
      attempts: [],
      cost_usd: null,
      tags: status === 403 || status === 404 ? ['refused'] : [],
    });
  });

  it('with an unknown key is nobody’s, and leaves no record', async () => {
    const answer = await chat({ model: 'gpt-4o' }, { authorization: 'Bearer nobody' });
    expect(answer.status).toBe(401);
    ids.pop();
  });

  it('is in the list once and in the sums', async () => {
    const { data } = (await stats('/requests?limit=200')).body;
    expect(data.map(({ id }: { id: string }) => id).sort()).toEqual([...ids].sort());
    const { totals, data: groups } = (await stats('/summary?group_by=account')).body;
    const errors = data.filter(
      ({ end_reason: reason }: { end_reason: string }) =>
        reason !== 'completed' && reason !== 'client_closed',
    ).length;
    expect(totals).toMatchObject({ requests: ids.length, errors });
    const sum = (field: string, rows: Record<string, string>[]) =>
      rows.reduce((all, row) => all + Number(row[field] ?? 0), 0);
    expect(sum('cost_usd', [totals])).toBeCloseTo(sum('cost_usd', data), 9);
    expect(sum('requests', groups)).toBe(ids.length);
    for (const bucket of ['input_tokens', 'cache_read_tokens', 'output_tokens', 'total_tokens']) {
      expect(totals[bucket]).toBe(sum(bucket, data));
    }
  });

  const stats = (path: string) => gateway.call('GET', `/api/stats${path}`, { token: admin });

  async function only(query: string) {
    for (let tries = 0; tries < 100; tries++) {
      const { data } = (await stats(`/requests${query}`)).body;
      if (data.length) {
        expect(data).toHaveLength(1);
        return data[0];
      }
      await sleep(20);
    }
    throw new Error(`no record for ${query}`);
  }
});
