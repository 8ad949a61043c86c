import { Gateway } from './support/gateway.js';
import { GPT_STREAM, GPT_USAGE } from './support/priced-answers.js';
import { HELLO_ANSWER, json, stream, Upstream } from './support/upstream.js';

const KEY = 'a-master-key-for-the-metrics';

interface Sample {
  name: string;
  labels: Record<string, string>;
  value: number;
}

describe('GET /metrics', () => {
  let upstream: Upstream;
  let gateway: Gateway;
  let text: string;
  let samples: Sample[];

  beforeAll(async () => {
    upstream = await Upstream.start();
    upstream
      .on('gpt-4o', async (response, { body }) => {
        if (!JSON.parse(body.toString()).stream) {
          json(response, 200, { choices: [], usage: GPT_USAGE });
          return;
        }
        await stream(response, GPT_STREAM);
        response.end();
      })
      .on('limited', (response) => {
        response.setHeader('retry-after', '60');
        json(response, 429, { error: { message: 'slow down' } });
      })
      .otherwise((response) => json(response, 500, { error: { message: 'boom' } }));
    gateway = await Gateway.start({
      config: `
        providers:
          - { name: one, type: openai, api_base: "${upstream.url}", api_key: sk-upstream-canary }
          - { name: two, type: openai, api_base: "${upstream.url}", api_key: sk-upstream-canary, priority: 1 }
        master_keys:
          - { name: a key with a name, key: "${KEY}" }
      `,
    });
    const token = await gateway.login();
    const own = await gateway.call('POST', '/api/keys', { token, body: { name: 'own-key' } });
    for (const [key, model, streams] of [
      [KEY, 'gpt-4o', false],
      [KEY, 'gpt-4o', true],
      [own.body.key, 'gpt-4o', false],
      [KEY, 'failing', false],
      [KEY, 'limited', false],
    ]) {
      await gateway.call('POST', '/v1/chat/completions', {
        token: key,
        body: { model, stream: streams, messages: [], user: 'an-end-user' },
        headers: { 'x-gateway-tags': 'a-tag', 'x-gateway-session': 'a-session' },
      });
    }
    text = (await gateway.call('GET', '/metrics')).text;
    samples = text
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map(parse);
  });

  afterAll(async () => {
    await gateway?.stop();
    await upstream?.stop();
  });

  it.each([
    'llm_proxy_requests_total',
    'llm_proxy_request_duration_seconds_bucket',
    'llm_proxy_active_requests',
    'llm_proxy_tokens_total',
    'llm_proxy_provider_health',
    'llm_proxy_provider_latency_seconds_bucket',
    'llm_proxy_time_to_first_token_seconds_bucket',
    'llm_proxy_overhead_seconds_bucket',
    'llm_proxy_circuit_state',
    'llm_proxy_retries_total',
    'llm_proxy_ledger_backlog',
    'llm_proxy_journal_bytes',
    'llm_proxy_journal_share',
    'llm_proxy_degraded',
  ])('has %s after some traffic', (name) => {
    expect(samples.filter((sample) => sample.name === name)).not.toEqual([]);
  });

  it('counts requests, tokens and retries', () => {
    const call = { operation: 'chat', provider: 'openai' };
    expect(value('llm_proxy_requests_total', { ...call, model: 'gpt-4o', status: '200' })).toBe(3);
    expect(value('llm_proxy_requests_total', { ...call, model: 'failing', status: '502' })).toBe(1);
    const gpt = { provider: 'openai', model: 'gpt-4o' };
    expect(value('llm_proxy_tokens_total', { ...gpt, bucket: 'input' })).toBe(1_800);
    expect(value('llm_proxy_tokens_total', { ...gpt, bucket: 'cache_read' })).toBe(1_200);
    expect(value('llm_proxy_tokens_total', { ...gpt, bucket: 'reasoning' })).toBe(150);
    const failed = { provider: 'openai', outcome: 'server_error' };
    expect(value('llm_proxy_retries_total', failed)).toBe(2);
    expect(value('llm_proxy_active_requests', {})).toBe(0);
    expect(value('llm_proxy_degraded', { component: 'database' })).toBe(0);
    expect(value('llm_proxy_circuit_state', { account: 'one', model: 'limited' })).toBe(0);
  });

  it('has no key, user, session or tag in it', () => {
    expect(text).not.toMatch(
      /canary|master-key|sk-gw|own-key|a key with a name|admin|an-end-user|a-session|a-tag/,
    );
    const labels = new Set(samples.flatMap((sample) => Object.keys(sample.labels)));
    for (const name of ['key', 'key_id', 'key_name', 'user', 'user_id', 'session', 'tag']) {
      expect(labels).not.toContain(name);
    }
  });

  it('gives only so many models a label of their own', async () => {
    // After some hundred failures the accounts would be left alone, and the rest of the calls would have no model.
    upstream.on('made-up-*', (response) => json(response, 200, HELLO_ANSWER));
    const calls = Array.from({ length: 400 }, (_, index) =>
      gateway.call('POST', '/v1/chat/completions', {
        token: KEY,
        body: { model: `made-up-${index}`, messages: [] },
      }),
    );
    await Promise.all(calls);
    const { text: after } = await gateway.call('GET', '/metrics');
    const models = new Set(Array.from(after.matchAll(/model="([^"]+)"/g), ([, model]) => model));
    expect(models.size).toBeLessThan(310);
    expect(models).toContain('other');
  });

  const value = (name: string, labels: Record<string, string>): number | undefined =>
    samples.find((sample) => {
      const { labels: given } = sample;
      return (
        sample.name === name && Object.entries(labels).every(([key, one]) => given[key] === one)
      );
    })?.value;
});

function parse(line: string): Sample {
  const [, name, labels = '', value] = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line)!;
  const pairs = Array.from(labels.matchAll(/(\w+)="([^"]*)"/g), ([, key, one]) => [key, one]);
  return { name: name!, labels: Object.fromEntries(pairs), value: Number(value) };
}
