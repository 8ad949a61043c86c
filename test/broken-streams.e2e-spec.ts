import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { setTimeout as sleep } from 'node:timers/promises';
import { Gateway } from './support/gateway.js';
import { closedLoop, Load } from './support/load.js';
import {
  chatTokens,
  messageTokens,
  responseTokens,
  type TokenStream,
} from './support/token-streams.js';
import { stream, Upstream, type Behaviour } from './support/upstream.js';

const KEY = 'a-master-key-for-the-streams';
const IDLE_MS = 2_000;
const TOKENS = 60;
const TOKENS_BEFORE_CUT = 40;

interface Heard {
  text: string;
  error: { name?: string; message?: string } | null;
}

interface Row {
  end_reason: string;
  usage_source: string;
  output_tokens: number;
  attempts: { accountName: string; outcome: string }[];
}

describe('a stream that breaks', () => {
  let first: Upstream;
  let second: Upstream;
  let gateway: Gateway;
  let load: Load;
  let openai: OpenAI;
  let anthropic: Anthropic;

  beforeAll(async () => {
    first = await Upstream.start();
    second = await Upstream.start();
    gateway = await Gateway.start({
      env: { HEALTH_PROBE_INTERVAL_MS: '0', UPSTREAM_IDLE_TIMEOUT_MS: String(IDLE_MS) },
      config: `
        providers:
          - { name: first, type: openai, api_base: "${first.url}", api_key: k, models: ["chat-*", "response-*"] }
          - { name: first-claude, type: anthropic, api_base: "${first.url}", api_key: k, models: ["message-*"] }
          - { name: second, type: openai, api_base: "${second.url}", api_key: k, priority: 1, models: ["chat-*", "response-*"] }
          - { name: second-claude, type: anthropic, api_base: "${second.url}", api_key: k, priority: 1, models: ["message-*"] }
        master_keys:
          - { name: all, key: "${KEY}" }
      `,
    });
    load = new Load(gateway.url, KEY);
    openai = new OpenAI({ apiKey: KEY, baseURL: `${gateway.url}/v1` });
    anthropic = new Anthropic({ apiKey: KEY, baseURL: gateway.url });
  });

  afterAll(async () => {
    await load?.close();
    await gateway?.stop();
    await Promise.all([first?.stop(), second?.stop()]);
  });

  /** What an official SDK makes of a stream, to its end or to what it raises. */
  const sdks: Record<string, (model: string) => Promise<Heard>> = {
    'OpenAI chat': (model) =>
      heard(
        openai.chat.completions.create({
          model,
          messages: [{ role: 'user', content: 'hi' }],
          stream: true,
        }),
        ({ choices }) => choices[0]?.delta.content ?? '',
      ),
    'OpenAI responses': (model) =>
      heard(openai.responses.create({ model, input: 'hi', stream: true }), (event) =>
        event.type === 'response.output_text.delta' ? event.delta : '',
      ),
    Anthropic: (model) =>
      heard(
        anthropic.messages.create({
          model,
          max_tokens: 64,
          messages: [{ role: 'user', content: 'hi' }],
          stream: true,
        }),
        (event) =>
          event.type === 'content_block_delta' && event.delta.type === 'text_delta'
            ? event.delta.text
            : '',
      ),
  };

  const BREAKS: Record<string, (...args: Parameters<Behaviour>) => void> = {
    'is cut off': (response) => void response.socket!.destroy(),
    'ends as if it were whole': (response) => void response.end(),
  };

  const ways: [sdk: string, family: string, tokens: TokenStream, count: number][] = [
    ['OpenAI chat', 'chat', chatTokens(TOKENS), 100],
    ['Anthropic', 'message', messageTokens(TOKENS), 100],
    ['OpenAI responses', 'response', responseTokens(TOKENS), 100],
    // Translated on the way.
    ['OpenAI chat', 'message', messageTokens(TOKENS), 25],
    ['OpenAI responses', 'message', messageTokens(TOKENS), 25],
    ['Anthropic', 'chat', chatTokens(TOKENS), 25],
  ];
  const cases = Object.keys(BREAKS).flatMap((kind) => ways.map((way) => [kind, ...way] as const));

  describe('after 40 of 60 tokens', () => {
    it.each(cases)(
      '%s: an error that the SDK raises, each time (%s from %s)',
      async (kind, sdk, family, { before, tokens }, count) => {
        const prefix = `${family}-${kind}-${sdk}`.replaceAll(' ', '_');
        first.on(`${prefix.replace(/[^-]+$/, '')}*`, async (response, call) => {
          await stream(response, [...before, ...tokens.slice(0, TOKENS_BEFORE_CUT)]);
          await sleep(5);
          BREAKS[kind]!(response, call);
        });
        // A model each: an upstream that breaks off three answers in a row is left alone after that.
        const model = (index: number) => `${prefix}_${index}`;
        const heard = await closedLoop({ count, concurrency: 10 }, (index) =>
          sdks[sdk]!(model(index)),
        );
        const text = Array.from({ length: TOKENS_BEFORE_CUT }, (_, index) => `t${index} `).join('');
        expect(heard.filter((one) => one.error === null)).toEqual([]);
        expect(heard.filter((one) => one.text !== text)).toEqual([]);
        expect(heard[0]!.error!.message).toContain('broke off');
        for (let index = 0; index < count; index++) {
          expect(first.callsFor(model(index))).toHaveLength(1);
          expect(second.callsFor(model(index))).toHaveLength(0);
        }
        const rows = await rowsOf(prefix, count);
        for (const row of rows) {
          expect(row).toMatchObject({
            end_reason: 'interrupted',
            usage_source: 'estimated',
            attempts: [{ outcome: 'interrupted' }],
          });
          expect(row.output_tokens).toBeGreaterThanOrEqual(TOKENS_BEFORE_CUT);
          expect(row.output_tokens).toBeLessThan(TOKENS_BEFORE_CUT + 10);
        }
      },
    );
  });

  describe('with an error before its first token', () => {
    it.each<[string, string, TokenStream, string]>([
      [
        'OpenAI chat',
        'chat',
        chatTokens(3),
        'data: {"error":{"message":"boom","type":"server_error"}}\n\n',
      ],
      [
        'Anthropic',
        'message',
        messageTokens(3),
        'event: error\ndata: {"type":"error","error":{"type":"api_error","message":"boom"}}\n\n',
      ],
    ])('is answered by another account alone (%s)', async (sdk, family, whole, error) => {
      const { before, tokens, end } = whole;
      first.on(`${family}-*`, async (response) => {
        await stream(response, [...before, error]);
        response.end();
      });
      second.on(`${family}-*`, async (response) => {
        await stream(response, [...before, ...tokens, ...end]);
        response.end();
      });
      const heard = await closedLoop({ count: 100, concurrency: 10 }, (index) =>
        sdks[sdk]!(`${family}-boom${index}`),
      );
      expect(heard).toEqual(Array(100).fill({ text: 't0 t1 t2 ', error: null }));
      for (const upstream of [first, second]) {
        expect(
          upstream.calls.filter(({ model }) => model?.startsWith(`${family}-boom`)),
        ).toHaveLength(100);
      }
    });
  });

  it('in silence is ended by the idle timer, here and at the upstream', async () => {
    const { before, tokens } = chatTokens(5);
    first.on('chat-*', (response) => stream(response, [...before, ...tokens]));
    const replies = await Promise.all(
      Array.from({ length: 20 }, (_, index) => load.call(`chat-stall${index}`, { stream: true })),
    );
    for (const [index, { text, latencyMs }] of replies.entries()) {
      expect(text).toContain('"code":"stream_interrupted"');
      expect(text).not.toContain('[DONE]');
      expect(latencyMs).toBeGreaterThan(IDLE_MS - 50);
      expect(latencyMs).toBeLessThan(IDLE_MS + 1_000);
      const [call, ...more] = first.callsFor(`chat-stall${index}`);
      await call!.closed;
      expect([call!.aborted, more]).toEqual([true, []]);
    }
  });

  describe('into pieces at any byte', () => {
    const CHAT = Buffer.from(
      [
        ': a comment\r\n\r\n',
        'data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"role":"assistant","content":"Größe 世界"}}]}\r\n\r\n',
        'data: {"choices":[{"index":0,"delta":{"content":" 🌍 e\u0301"},"finish_reason":null}]}\n\n',
        'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\r\n\r\ndata: [DONE]\n\n',
      ].join(''),
    );

    it.each(['/v1/chat/completions', '/v1/messages'])('is the same stream (%s)', async (path) => {
      first.on('chat-*', async (response, { model }) => {
        const cut = Number(model!.slice('chat-cut'.length));
        await stream(response, cut ? [CHAT.subarray(0, cut), CHAT.subarray(cut)] : [CHAT]);
        response.end();
      });
      const texts = await closedLoop({ count: CHAT.length, concurrency: 8 }, async (index) =>
        steady((await load.call(`chat-cut${index}`, { stream: true }, path)).text),
      );
      if (path.endsWith('completions')) expect(texts[0]).toBe(steady(CHAT.toString('utf8')));
      else expect(texts[0]).toContain('Größe 世界');
      expect(texts.filter((text) => text !== texts[0])).toEqual([]);
    });
  });

  async function rowsOf(prefix: string, count: number): Promise<Row[]> {
    for (;;) {
      const rows = await gateway.database.query<Row>(
        'SELECT * FROM usage_records WHERE requested_model LIKE $1',
        [`${prefix}\\_%`],
      );
      if (rows.length >= count) return rows;
      await sleep(50);
    }
  }
});

/** Without what is new in every answer: ids made here, and the name of the model. */
function steady(text: string): string {
  return text.replace(/"(id|model)":"[^"]*"/g, '');
}

async function heard<Event>(
  answer: Promise<AsyncIterable<Event>>,
  textOf: (event: Event) => string,
): Promise<Heard> {
  let text = '';
  try {
    for await (const event of await answer) text += textOf(event);
    return { text, error: null };
  } catch (error) {
    return { text, error: error as Error };
  }
}
