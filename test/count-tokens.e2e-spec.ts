import { performance } from 'node:perf_hooks';
import { Gateway } from './support/gateway.js';
import { json, Upstream } from './support/upstream.js';

const KEY = 'a-master-key-for-the-counts';
const headers = { authorization: `Bearer ${KEY}` };

describe('counting tokens', () => {
  let upstream: Upstream;
  let gateway: Gateway;

  beforeAll(async () => {
    upstream = await Upstream.start();
    upstream.on('claude-x', (response) => json(response, 200, { input_tokens: 14 }));
    upstream.on('/v1beta/models/gemini-x:countTokens', (response) =>
      json(response, 200, { totalTokens: 21 }),
    );
    gateway = await Gateway.start({
      config: `
        providers:
          - { name: a, type: anthropic, api_base: "${upstream.url}", api_key: k, models: ["claude-*"] }
          - { name: g, type: gemini, api_base: "${upstream.url}", api_key: k, models: ["gemini-*"] }
          - { name: o, type: openai, api_base: "${upstream.url}", api_key: k, models: ["gpt-*"] }
        master_keys: [{ name: counts, key: "${KEY}" }]
      `,
    });
  });

  afterAll(async () => {
    await gateway?.stop();
    await upstream?.stop();
  });

  const count = async (model: string, content: unknown) => {
    const body = { model, messages: [{ role: 'user', content }] };
    return gateway.call('POST', '/v1/messages/count_tokens', { headers, body });
  };

  it('asks the provider where it counts itself', async () => {
    expect((await count('claude-x', 'hi')).body).toEqual({ input_tokens: 14 });
    expect((await count('gemini-x', 'hi')).body).toEqual({ input_tokens: 21 });
  });

  it('counts itself where nobody else does', async () => {
    const text = 'The quick brown fox jumps over the lazy dog. '.repeat(100);
    const { status, body } = await count('gpt-x', text);
    expect(status).toBe(200);
    // o200k_base has ten tokens for each sentence; a turn adds a few.
    expect(body.input_tokens).toBeGreaterThan(990);
    expect(body.input_tokens).toBeLessThan(1_030);
  });

  it('keeps answering others while it counts what no tokeniser likes', async () => {
    const twentyCalls = async (): Promise<number> => {
      const startedAt = performance.now();
      for (let i = 0; i < 20; i++) await gateway.call('GET', '/health/live');
      return performance.now() - startedAt;
    };
    const usually = await twentyCalls();
    const slow = count('gpt-x', '漢'.repeat(2_000_000));
    // The machine has other work, and the thread that counts takes a processor of its own.
    expect(await twentyCalls()).toBeLessThan(900 + 3 * usually);
    expect((await slow).body.input_tokens).toBeGreaterThan(500_000);
  });

  it('takes the event loop next to no time for a million letters without a space', async () => {
    const built = '../dist/src/tokens/token-counter.js';
    const { TokenCounter } = (await import(built)) as {
      TokenCounter: new () => { count(texts: string[]): Promise<number>; close(): Promise<void> };
    };
    const counter = new TokenCounter();
    // Starts the thread; the tables are loaded there.
    await counter.count(['a']);
    const usedMs: number[] = [];
    for (let round = 0; round < 3; round++) {
      // Of this thread alone, and not what it waits for a processor.
      const before = process.threadCpuUsage();
      expect(await counter.count(['a'.repeat(1_000_000)])).toBeGreaterThan(100_000);
      const { user, system } = process.threadCpuUsage(before);
      usedMs.push((user + system) / 1_000);
    }
    await counter.close();
    // The best of three: one of them may meet a garbage collection of what other specs left behind.
    expect(Math.min(...usedMs)).toBeLessThan(50);
  });

  it('refuses a body that is no conversation, and names why', async () => {
    const { status, body } = await count('gpt-x', [{ type: 'text' }]);
    expect([status, body.error.type]).toEqual([400, 'invalid_request_error']);
    expect(body.error.message).toContain('messages');
  });
});
