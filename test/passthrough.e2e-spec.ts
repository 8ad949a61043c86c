import { request as httpRequest } from 'node:http';
import { Gateway } from './support/gateway.js';
import { inParallel, replay } from './support/replay.js';
import { loadRecordings, type Recording } from './support/recordings.js';
import { seededRandom } from './support/seeded-random.js';
import { Upstream } from './support/upstream.js';

const PATHS: Record<string, string> = {
  'openai.chat': '/v1/chat/completions',
  'openai.completions': '/v1/completions',
  'openai.embeddings': '/v1/embeddings',
  'openai.responses': '/v1/responses',
  'anthropic.messages': '/v1/messages',
};
const KEY = 'master-key-of-the-recordings';

/** Statuses whose bodies are the client's to read; any other failure is the gateway's to explain. */
const PASSED_ON = new Set([200, 400, 404, 413, 422]);

interface Case {
  recording: Recording;
  model: string;
  body: Record<string, unknown>;
}

const { set, recordings } = loadRecordings(Object.keys(PATHS));
const cases: Case[] = recordings.map((recording, index) => {
  const model = `rec-${recording.provider}--${index}`;
  return { recording, model, body: requestBody(recording, model) };
});
const succeeding = cases.filter(({ recording }) => isWhole(recording));
const failing = cases.filter((one) => !succeeding.includes(one));

describe(`recorded exchanges of the same protocol on both sides (${set} set)`, () => {
  let upstream: Upstream;
  let gateway: Gateway;
  const random = seededRandom(20_261_121);

  beforeAll(async () => {
    upstream = await Upstream.start();
    for (const { recording, model } of cases) {
      upstream.on(model, (response) => replay(response, recording, random));
    }
    gateway = await Gateway.start({ config: configuration(upstream.url) });
  });

  afterAll(async () => {
    await gateway?.stop();
    await upstream?.stop();
  });

  it(`come back byte for byte (${succeeding.length} exchanges)`, async () => {
    const differing: string[] = [];
    await inParallel(succeeding, 8, async ({ recording, model, body }) => {
      const answer = await post(gateway.url + PATHS[recording.api]!, body);
      if (answer.status !== recording.response.status) {
        differing.push(
          `${recording.name}: status ${answer.status}: ${answer.body.toString().slice(0, 200)}`,
        );
      } else if (!answer.body.equals(recording.response.bytes)) {
        differing.push(`${recording.name}: bytes differ`);
      }
      const received = upstream.callsFor(model);
      if (received.length !== 1)
        differing.push(`${recording.name}: ${received.length} upstream calls`);
    });
    console.log(`passthrough: ${succeeding.length} exchanges, ${differing.length} failures`);
    expect(differing).toEqual([]);
  });

  it('reach the upstream as they were sent, but for what the gateway must add', () => {
    const differing = succeeding.filter(({ model, body }) => {
      const [call] = upstream.callsFor(model);
      const sent = JSON.stringify(body);
      const got = call!.body.toString('utf8');
      return got !== sent && got.replace(/,"stream_options":\{"include_usage":true\}/, '') !== sent;
    });
    expect(differing.map(({ recording }) => recording.name)).toEqual([]);
  });

  it(`become an error of the client's protocol when they fail (${failing.length} exchanges)`, async () => {
    const wrong: string[] = [];
    await inParallel(failing, 8, async ({ recording, body }) => {
      const answer = await post(gateway.url + PATHS[recording.api]!, body);
      const text = answer.body.toString('utf8');
      const isStream = answer.status === 200 && recording.stream;
      const parsed = isStream ? null : (JSON.parse(text) as { error?: { message?: string } });
      const raised = isStream ? /"error"\s*:/.test(text) : Boolean(parsed?.error?.message);
      if (!raised || answer.status === 401 || answer.status === 403) {
        wrong.push(`${recording.name}: ${answer.status} ${text.slice(0, 200)}`);
      }
    });
    expect(wrong).toEqual([]);
  });
});

/** Whether a client gets to see the exchange as it is. */
function isWhole({ response, stream, api }: Recording): boolean {
  const text = response.bytes.toString('utf8');
  if (!PASSED_ON.has(response.status)) return false;
  if (response.status === 400)
    return !/credit balance|incorrect api key|API_KEY_INVALID|insufficient_quota/i.test(text);
  if (response.status !== 200) return true;
  if (!stream) return text !== '' && !/^\s*\{"error"\s*:\s*[{"]/.test(text);
  if (/^(event: error\n)?data: ?\{"(type":"error|error)"/.test(text)) return false;
  if (!isJsonThroughout(text)) return false;
  if (api === 'openai.responses') return /"type":\s?"response\.(completed|incomplete)"/.test(text);
  return api === 'anthropic.messages'
    ? /message_stop|"type":\s?"error"/.test(text)
    : /\[DONE\]|"finish_reason":\s*"|"error"\s*:\s*[{"]/.test(text);
}

/** Some hand-made recordings carry events that no SDK could read. */
function isJsonThroughout(text: string): boolean {
  return text
    .split(/\r?\n/)
    .filter((line) => /^data: ?\{/.test(line))
    .every((line) => {
      try {
        return Boolean(JSON.parse(line.slice(5)));
      } catch {
        return false;
      }
    });
}

function requestBody({ request, response, stream, api }: Recording, model: string) {
  const body: Record<string, unknown> = request.body
    ? { ...request.body, model }
    : { model, messages: [{ role: 'user', content: 'hi' }], max_tokens: 64 };
  if (stream) body['stream'] = true;
  else delete body['stream'];
  const hasUsageChunk = /"choices":\s?\[\]/.test(response.bytes.toString('utf8'));
  if (!request.body && stream && api.startsWith('openai') && hasUsageChunk) {
    body['stream_options'] = { include_usage: true };
  }
  return body;
}

/** An account a provider, and one of its own for each failure, so that none makes another rest. */
function configuration(url: string): string {
  const types: Record<string, string> = {
    anthropic: 'anthropic',
    azure: 'azure',
    openai: 'openai',
    deepseek: 'deepseek',
    baidu: 'ernie',
    groq: 'groq',
    mistral: 'mistral',
    openrouter: 'openrouter',
    xai: 'xai',
    perplexity: 'perplexity',
    moonshot: 'moonshot',
    zai: 'zai',
    alibaba: 'alibaba',
    vllm: 'vllm',
  };
  const account = (name: string, provider: string, models: string) =>
    `  - { name: "${name}", type: "${types[provider] ?? 'openai-compatible'}", api_base: "${url}", api_key: "upstream-key", models: ["${models}"] }`;
  const providers = [...new Set(succeeding.map(({ recording }) => recording.provider))];
  return [
    'providers:',
    ...providers.map((provider) => account(provider, provider, `rec-${provider}--*`)),
    ...failing.map(({ recording, model }) => account(model, recording.provider, model)),
    'master_keys:',
    `  - { name: recordings, key: "${KEY}" }`,
  ].join('\n');
}

interface RawAnswer {
  status: number;
  body: Buffer;
}

/** Bytes in, bytes out: no client library in between. */
function post(url: string, body: unknown): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      url,
      {
        method: 'POST',
        headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.once('end', () =>
          resolve({ status: response.statusCode!, body: Buffer.concat(chunks) }),
        );
        response.once('error', reject);
      },
    );
    request.once('error', reject);
    request.end(JSON.stringify(body));
  });
}
