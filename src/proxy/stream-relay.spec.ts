import type { ServerResponse } from 'node:http';
import { EventEmitter } from 'node:events';
import type { EventMeaning } from '../protocols/stream-watcher.js';
import type { CarriedEvent, StreamCarrier } from './carrier.js';
import { StreamRelay, type StreamEnd } from './stream-relay.js';

describe('StreamRelay', () => {
  it('writes neighbours of one chunk in one piece, and counts what the client got', () => {
    const { relay, response, seen } = setUp();
    const chunk = Buffer.from('onetwothree');
    relay.take([
      event(chunk.subarray(0, 3)),
      event(chunk.subarray(3, 6)),
      event(Buffer.alloc(0), 'usage'),
      event(chunk.subarray(6)),
    ]);
    expect(response.writes).toEqual(['onetwothree']);
    expect(seen.passedOn).toBe(3);
  });

  it('ends a finished stream with what its protocol still wants', () => {
    const { relay, response, carrier, seen } = setUp();
    Object.assign(carrier, { finished: true, end: () => event(Buffer.from('[DONE]')) });
    relay.end();
    expect(response.writes).toEqual(['[DONE]']);
    expect([response.isEnded, seen.ends]).toEqual([true, [{ kind: 'completed' }]]);
  });

  it('settles before the last byte goes out, and once', () => {
    const { relay, response, carrier, seen } = setUp();
    carrier.finished = true;
    relay.end();
    relay.clientLeft();
    relay.breakOff('late');
    expect(seen.order).toEqual(['settled', 'ended']);
    expect(response.writes).toEqual([]);
  });

  it.each<[string, (relay: StreamRelay) => void]>([
    ['ends without its end', (relay) => relay.end()],
    ['breaks', (relay) => relay.fail(failure('reset'))],
    ['sends what is no event', (relay) => relay.take([event(Buffer.alloc(0), 'error')])],
  ])('writes one error event when the upstream %s', (_, happens) => {
    const { relay, response, seen } = setUp();
    happens(relay);
    expect(response.writes).toEqual(['ERROR']);
    expect(seen.ends).toMatchObject([{ kind: 'interrupted' }]);
    expect([response.isEnded, seen.flow.aborted]).toEqual([true, true]);
  });

  it("writes no second error event behind the provider's own", () => {
    for (const happens of [(relay: StreamRelay) => relay.end(), breaks]) {
      const { relay, response, carrier, seen } = setUp();
      relay.take([event(Buffer.from('PROVIDER ERROR'), 'content')]);
      carrier.errorMessage = 'overloaded';
      happens(relay);
      expect(response.writes).toEqual(['PROVIDER ERROR']);
      expect(seen.ends).toEqual([{ kind: 'interrupted', detail: 'overloaded' }]);
    }
  });

  it('is whole when the upstream breaks behind the end of its answer', () => {
    const { relay, carrier, seen } = setUp();
    carrier.finished = true;
    relay.fail(failure('reset'));
    expect(seen.ends).toEqual([{ kind: 'completed' }]);
  });

  it('stops the upstream when the client leaves', () => {
    const { relay, seen } = setUp();
    relay.clientLeft();
    expect(seen.ends).toEqual([{ kind: 'client_left' }]);
    expect(seen.flow.aborted).toBe(true);
  });

  it('counts as whole when the client hangs up behind the end of the answer', () => {
    const { relay, carrier, seen } = setUp();
    carrier.finished = true;
    relay.clientLeft();
    expect(seen.ends).toEqual([{ kind: 'completed' }]);
  });

  it('holds the upstream back until the client has read', () => {
    const { relay, response, seen } = setUp();
    response.isFull = true;
    relay.take([event(Buffer.from('a'))]);
    relay.take([event(Buffer.from('b'))]);
    expect(seen.flow.pauses).toBe(1);
    response.emit('drain');
    expect(seen.flow.resumes).toBe(1);
    response.emit('drain');
    expect(seen.flow.resumes).toBe(1);
    relay.clientLeft();
  });

  it('drops a client that does not read', async () => {
    const { relay, response } = setUp(10);
    response.isFull = true;
    relay.take([event(Buffer.from('a'))]);
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(response.isDestroyed).toBe(true);
    relay.clientLeft();
  });
});

const breaks = (relay: StreamRelay): void => relay.fail(failure('reset'));

const failure = (detail: string) =>
  ({ kind: 'connection_lost', status: null, detail, retryAfterMs: null }) as const;

const event = (bytes: Buffer, meaning: EventMeaning = 'content'): CarriedEvent => ({
  bytes,
  meaning,
});

class FakeResponse extends EventEmitter {
  readonly writes: string[] = [];
  isFull = false;
  isEnded = false;
  isDestroyed = false;

  constructor(private readonly order: string[]) {
    super();
  }

  write(bytes: Buffer | string): boolean {
    this.writes.push(bytes.toString());
    return !this.isFull;
  }

  readonly writableLength = 0;

  end(): void {
    this.isEnded = true;
    this.order.push('ended');
  }

  destroy(): void {
    this.isDestroyed = true;
  }
}

function setUp(slowReaderMs = 60_000) {
  const flow = {
    pauses: 0,
    resumes: 0,
    aborted: false,
    pause: () => void flow.pauses++,
    resume: () => void flow.resumes++,
    abort: () => void (flow.aborted = true),
  };
  const seen = { flow, passedOn: 0, ends: [] as StreamEnd[], order: [] as string[] };
  const response = new FakeResponse(seen.order);
  const carrier = {
    read: () => event(Buffer.alloc(0)),
    readWhole: () => null,
    end: () => event(Buffer.alloc(0)),
    usage: null,
    finished: false as boolean,
    errorMessage: null as string | null,
  } satisfies StreamCarrier;
  const relay = new StreamRelay({
    response: response as unknown as ServerResponse,
    carrier,
    slowReaderMs,
    flow,
    errorEvent: () => 'ERROR',
    passedOn: (events) => (seen.passedOn += events.length),
    settle: (end) => {
      seen.ends.push(end);
      seen.order.push('settled');
    },
  });
  return { relay, response, carrier, seen };
}
