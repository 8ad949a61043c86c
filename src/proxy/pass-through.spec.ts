import { scanObject } from '../protocols/json-scan.js';
import { findAdapter } from '../providers/adapters/index.js';
import type { Operation } from '../providers/provider-adapter.js';
import type { Candidate } from '../routing/candidate.js';
import type { ClientCall } from './client-call.js';
import { passThrough } from './pass-through.js';

const MEMBERS = new Set(['model', 'stream', 'stream_options']);

describe('passThrough', () => {
  it('leaves every byte alone when the model has the same name and nothing streams', () => {
    const body = '{ "model" : "m",\n "unknown": [1e3, "\\u00e9"] }';
    expect(carry(body).body.toString()).toBe(body);
  });

  it("writes the upstream's name of the model in its place", () => {
    expect(carry('{"a":1,"model":"m","b":2}', { model: 'x"y' }).body.toString()).toBe(
      '{"a":1,"model":"x\\"y","b":2}',
    );
  });

  it('asks for the usage of a stream, and keeps its chunk from a client that did not', () => {
    const carrier = carry('{"model":"m","stream":true}');
    expect(JSON.parse(carrier.body.toString())).toEqual({
      model: 'm',
      stream: true,
      stream_options: { include_usage: true },
    });
    const stream = carrier.stream();
    expect(stream.read(USAGE).bytes).toHaveLength(0);
    expect(stream.usage).toMatchObject({ inputTokens: 9, outputTokens: 3 });
  });

  it('keeps what else a client wants of its stream', () => {
    const { body } = carry('{"model":"m","stream":true,"stream_options":{"x":1}}');
    expect(JSON.parse(body.toString()).stream_options).toEqual({ x: 1, include_usage: true });
  });

  it.each([
    [
      'the client asks itself',
      '{"stream":true,"stream_options":{"include_usage":true},"model":"m"}',
    ],
    ['the options are no object', '{"stream":true,"stream_options":"yes","model":"m"}'],
    ['nothing streams', '{"stream":false,"model":"m"}'],
  ])('changes nothing when %s', (_, body) => {
    const carrier = carry(body);
    expect(carrier.body.toString()).toBe(body);
    expect(carrier.stream().read(USAGE).bytes).toEqual(USAGE);
  });

  it('does not ask providers that send it anyway', () => {
    const body = '{"model":"m","stream":true}';
    expect(carry(body, { provider: 'anthropic', operation: 'messages' }).body.toString()).toBe(
      body,
    );
  });

  it.each([
    ['data: {"choices":[{"delta":{"content":"a"}}]}', '\n\n'],
    ['data: {"choices":[{"delta":{"content":"a"}}]}\n', '\n\n'],
    ['data: [DONE]', ''],
    ['data: {"choices":[{"delta":{},"finish_reason":"stop"}]}', ''],
  ])('passes on %j, the last event, so that an error can follow', (event, added) => {
    const stream = carry('{"model":"m","stream":true}').stream();
    expect(stream.read(Buffer.from(event)).bytes.toString()).toBe(event + added);
  });

  it.each(['data: {"choices":[{"del', 'data: <html>\n\n', 'data: {"choices":[{"del\n'])(
    'keeps %j from the client, whose SDK would stumble over it',
    (event) => {
      const stream = carry('{"model":"m","stream":true}').stream();
      stream.read(Buffer.from('data: {"choices":[{"delta":{"content":"a"}}]}\n\n'));
      expect(stream.read(Buffer.from(event))).toMatchObject({ meaning: 'error' });
      expect(stream.read(Buffer.from(event)).bytes).toHaveLength(0);
    },
  );

  it('takes an error under a status of success for a failure', () => {
    expect(carry('{"model":"m"}').answer(Buffer.from('{"error":{"message":"boom"}}'))).toEqual({
      ok: false,
      kind: 'server_error',
      detail: '{"message":"boom"}',
    });
  });
});

const USAGE = Buffer.from(
  'data: {"choices":[],"usage":{"prompt_tokens":9,"completion_tokens":3}}\n\n',
);

interface Variation {
  model?: string;
  provider?: string;
  operation?: Operation;
}

function carry(json: string, { model = 'm', provider = 'openai', operation }: Variation = {}) {
  const body = Buffer.from(json);
  const call = {
    operation: operation ?? 'chat',
    protocol: operation === 'messages' ? 'anthropic' : 'openai',
    stream: (JSON.parse(json) as { stream?: boolean }).stream === true,
    body,
    members: scanObject(body, MEMBERS),
  } as unknown as ClientCall;
  const candidate = { model, account: { adapter: findAdapter(provider)! } } as Candidate;
  return passThrough(call, candidate);
}
