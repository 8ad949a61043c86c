import type { ServerResponse } from 'node:http';
import { EventEmitter } from 'node:events';
import { catalogAccount, catalogOf } from '../../test/support/catalog-fixtures.js';
import { FakeClock } from '../../test/support/fake-clock.js';
import { outcome, planRequest, ROOMY, routingWith } from '../../test/support/routing-fixtures.js';
import type { UpstreamTokens } from '../providers/upstream-tokens.js';
import { scanObject } from '../protocols/json-scan.js';
import type { OutcomeKind } from '../providers/outcome.js';
import type { Capacity } from '../routing/leases.js';
import type { UpstreamClient, UpstreamEndpoint } from '../providers/upstream-client.js';
import type { AnswerSink } from '../providers/upstream-exchange.js';
import { DEFAULT_ROUTING } from '../routing-config/routing-config.js';
import type { UsageRecord } from '../stats/usage-record.js';
import { CallAccount } from './call-account.js';
import type { ClientCall } from './client-call.js';
import { ProxiedCall } from './proxied-call.js';
import { RequestRefusedError } from './upstream-failure.js';

const ANSWER = '{"usage":{"prompt_tokens":9,"completion_tokens":3}}';
const CONTENT = 'data: {"choices":[{"delta":{"content":"Hi"}}]}\n\n';

describe('ProxiedCall', () => {
  it('answers with the first account that does', async () => {
    const { run, response, record } = setUp([answering(200, ANSWER), never]);
    await run();
    expect(response.text).toBe(ANSWER);
    expect(response.headers.get('x-gateway-attempts')).toBe('1');
    expect(record()).toMatchObject({
      status: 200,
      endReason: 'completed',
      usageSource: 'provider',
    });
  });

  it('asks the next account when one fails, and routing learns of both', async () => {
    const { run, response, states, record } = setUp([answering(500, '{}'), answering(200, ANSWER)]);
    await run();
    expect(response.headers.get('x-gateway-account')).toBe('account-1');
    expect(states.find('account-0')!.services.get('m')!.failuresInRow).toBe(1);
    expect(states.find('account-1')!.services.get('m')!.latencyMs(false)).toBe(0);
    expect(record().attempts.map(({ outcome }) => outcome)).toEqual(['server_error', 'success']);
  });

  it('asks the same account once more when its connection was lost', async () => {
    const { run, response } = setUp([failing('connection_lost'), answering(200, ANSWER)], 1);
    await run();
    expect(response.headers.get('x-gateway-attempts')).toBe('2');
    expect(response.headers.get('x-gateway-account')).toBe('account-0');
  });

  it('gives up after the attempts a request may have', async () => {
    const { run, sent } = setUp(Array.from({ length: 9 }, () => answering(500, '{}')));
    await expect(run()).rejects.toMatchObject({ status: 502, code: 'upstream_error' });
    expect(sent).toHaveLength(3);
  });

  it('asks a lone account once more after a pause', async () => {
    const { run, sent } = setUp([answering(503, '{}'), answering(200, ANSWER)], 1);
    await run();
    expect(sent).toHaveLength(2);
  });

  it('ends no later than its client, also while it pauses', async () => {
    const { run, response, sent, record } = setUp([answering(503, '{}'), never], 1);
    const running = run();
    await turns(10);
    response.emit('close');
    await running;
    expect(sent).toHaveLength(1);
    expect(record()).toMatchObject({ status: 499, endReason: 'client_closed' });
  });

  it('leaves nothing in flight, whatever happens', async () => {
    const { run, states } = setUp([answering(500, '{}'), failing('unreachable'), never], 3);
    void run();
    await turns(10);
    expect([...states.all()].map(({ load }) => load.count)).toEqual([0, 0, 1]);
  });

  it('asks a second account for embeddings that take longer than usual, and drops the slower', async () => {
    const { run, response, sent, states, record } = setUp([never, answering(200, ANSWER)], 2, {
      operation: 'embeddings',
      hedge: true,
    });
    const state = states.find('account-0')!.services.get('m')!;
    for (let i = 0; i < 20; i++) state.observeLatency(false, 5, 0);
    await run();
    expect(response.headers.get('x-gateway-account')).toBe('account-1');
    expect(sent[0]!.isAborted).toBe(true);
    expect(record().attempts.map(({ outcome }) => outcome)).toEqual(['cancelled', 'success']);
    expect([...states.all()].map(({ load }) => load.count)).toEqual([0, 0]);
  });

  it('gives the account back when a call cannot even be written', async () => {
    const { run, states } = setUp([new Error('no such thing'), never], 1);
    await expect(run()).rejects.toThrow('no such thing');
    expect([...states.all()].map(({ load }) => load.count)).toEqual([0]);
  });

  it('asks nobody for a place that turns out to be taken', async () => {
    let asked = 0;
    const capacity: Capacity = {
      fullForMs: () => 0,
      tryReserve: () => ({ granted: Promise.resolve(++asked > 1), release: () => undefined }),
    };
    const { run, response, sent, states, record } = setUp([answering(200, ANSWER)], 2, {
      capacity,
    });
    await run();
    expect(response.headers.get('x-gateway-account')).toBe('account-1');
    expect([sent.length, record().attempts.length]).toEqual([1, 1]);
    expect(states.find('account-0')!.services.get('m')!.inFlight).toBe(0);
  });

  it('walks on over refused credentials, which cost nothing, but not for ever', async () => {
    const refused = answering(401, '{"error":{"message":"no"}}');
    const few = setUp([...Array.from({ length: 5 }, () => refused), answering(200, ANSWER)]);
    await few.run();
    expect(few.sent).toHaveLength(6);
    const many = setUp(Array.from({ length: 20 }, () => refused));
    await expect(many.run()).rejects.toMatchObject({ code: 'upstream_credentials_exhausted' });
    expect(many.sent).toHaveLength(10);
  });

  it('hands a refusal of the request on at once', async () => {
    const { run, sent } = setUp([answering(400, '{"error":{"message":"bad"}}'), never]);
    await expect(run()).rejects.toBeInstanceOf(RequestRefusedError);
    expect(sent).toHaveLength(1);
  });

  it('tells of the shortest wait when every account is rate limited', async () => {
    const limited = (seconds: string): Behaviour =>
      answering(429, '{"error":{"message":"slow"}}', { 'retry-after': seconds });
    const { run } = setUp([limited('9'), limited('4'), limited('7')]);
    await expect(run()).rejects.toMatchObject({ status: 429, retryAfterSeconds: 4 });
  });

  it('stops reading an answer that is none', async () => {
    const compressed: Behaviour = (sink) => sink.head(200, { 'content-encoding': 'br' });
    const { run, sent } = setUp([compressed, answering(200, ANSWER)]);
    await run();
    expect(sent[0]!.isAborted).toBe(true);
  });

  it('streams from the first content on and settles when the stream ends', async () => {
    const { run, response, sent, record } = setUp([streaming], 1, { stream: true });
    await run();
    expect(response.text).toBe(CONTENT);
    sent[0]!.sink.data(Buffer.from('data: [DONE]\n\n'));
    sent[0]!.sink.end();
    expect(response.text).toBe(`${CONTENT}data: [DONE]\n\n`);
    expect(record()).toMatchObject({ endReason: 'completed', stream: true });
  });

  it('never starts again behind the commit point', async () => {
    const { run, response, sent, record } = setUp([streaming, never], 2, { stream: true });
    await run();
    sent[0]!.sink.fail(outcome('connection_lost'));
    expect(response.text).toContain('stream_interrupted');
    expect(sent).toHaveLength(1);
    expect(record()).toMatchObject({ status: 200, endReason: 'interrupted' });
  });

  it.each([true, false])(
    'stops everything when the client leaves (streaming: %s)',
    async (streams) => {
      const { run, response, sent, record } = setUp([streams ? streaming : never, never], 2, {
        stream: streams,
      });
      const running = run();
      response.emit('close');
      await running;
      expect(sent.map(({ isAborted }) => isAborted)).toEqual([true]);
      expect(record()).toMatchObject({ status: 499, endReason: 'client_closed' });
    },
  );

  it('says that the gateway stops, and asks nobody else', async () => {
    const { run, call, sent } = setUp([never, never]);
    const running = run();
    call.interrupt();
    await expect(running).rejects.toMatchObject({ status: 503 });
    expect(sent.map(({ isAborted }) => isAborted)).toEqual([true]);
  });

  it('ends a stream in its protocol when the gateway stops', async () => {
    const { run, call, response, record } = setUp([streaming], 1, { stream: true });
    await run();
    call.interrupt();
    expect(response.text).toMatch(/"code":"stream_interrupted"/);
    expect(response.text).not.toContain('[DONE]');
    expect(record().endReason).toBe('interrupted');
  });
});

type Behaviour = (sink: AnswerSink) => void;

const never: Behaviour = () => {};

const streaming: Behaviour = (sink) => {
  sink.head(200, { 'content-type': 'text/event-stream' });
  sink.data(Buffer.from(CONTENT));
};

function answering(status: number, body: string, headers: Record<string, string> = {}): Behaviour {
  return (sink) => {
    sink.head(status, headers);
    sink.data(Buffer.from(body));
    sink.end();
  };
}

function failing(kind: OutcomeKind): Behaviour {
  return (sink) => sink.fail(outcome(kind));
}

class FakeResponse extends EventEmitter {
  readonly headers = new Map<string, unknown>();
  text = '';
  writableFinished = false;

  getHeader(name: string): unknown {
    return this.headers.get(name);
  }

  setHeader(name: string, value: unknown): void {
    this.headers.set(name, value);
  }

  status(): this {
    return this;
  }

  write(bytes: Buffer | string): boolean {
    this.text += bytes.toString();
    return true;
  }

  readonly writableLength = 0;

  end(bytes: Buffer | string = ''): void {
    this.text += bytes.toString();
    this.writableFinished = true;
    this.emit('close');
  }
}

/** @param behaviours what the upstream does, call by call */
function setUp(
  behaviours: (Behaviour | Error)[],
  accounts = behaviours.length,
  { stream = false, operation = 'chat', hedge = false, capacity = ROOMY } = {},
) {
  const sent: { endpoint: UpstreamEndpoint; sink: AnswerSink; isAborted: boolean }[] = [];
  const client = {
    send: (endpoint: UpstreamEndpoint, _: unknown, sink: AnswerSink) => {
      const exchange = { endpoint, sink, isAborted: false };
      const behaviour = behaviours[sent.push(exchange) - 1]!;
      if (behaviour instanceof Error) throw behaviour;
      setImmediate(() => exchange.isAborted || behaviour(sink));
      return {
        abort: () => (exchange.isAborted = true),
        pause: () => {},
        resume: () => {},
      };
    },
  } as unknown as UpstreamClient;
  const clock = new FakeClock();
  const { routing, states } = routingWith(clock, undefined, capacity);
  const catalog = catalogOf(
    Array.from({ length: accounts }, (_, index) => catalogAccount(`account-${index}`)),
    { routing: { ...DEFAULT_ROUTING, hedge_embeddings: hedge } },
  );
  const plan = routing.plan(planRequest({ catalog, stream }));
  const body = Buffer.from(JSON.stringify({ model: 'm', stream }));
  const call = {
    id: 'the-id',
    key: { id: 'k', name: 'k', ownerId: null },
    catalog,
    operation,
    protocol: 'openai',
    model: 'm',
    stream,
    body,
    members: scanObject(body, new Set(['model', 'stream', 'stream_options'])),
    marks: new Set(),
    tags: [],
    session: null,
  } as unknown as ClientCall;
  const records: UsageRecord[] = [];
  const response = new FakeResponse();
  const proxied = new ProxiedCall(
    {
      client,
      routing,
      clock,
      tokens: { forget: () => undefined } as unknown as UpstreamTokens,
      timeouts: { firstByteMs: 1, idleMs: 1, wholeAnswerMs: 1, streamMs: 1, slowReaderMs: 1_000 },
    },
    call,
    plan,
    response as unknown as ServerResponse,
    new CallAccount({
      call,
      plan,
      headers: {},
      startedAt: 0,
      now: () => 0,
      close: (record) => records.push(record),
    }),
  );
  const record = (): UsageRecord => {
    expect(records).toHaveLength(1);
    return records[0]!;
  };
  return { call: proxied, run: () => proxied.run(), response, sent, states, record };
}

/** Of the event loop, in which the upstream does what it does; no time needs to pass. */
async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise(setImmediate);
}
