import { OpenAiStreamWatcher } from '../protocols/openai-chat/stream-watcher.js';
import { Attempt, type AttemptResult, type StreamSink } from './attempt.js';
import type { CarriedEvent, StreamCarrier } from './carrier.js';

const PRELUDE = 'data: {"choices":[{"delta":{"role":"assistant","content":""}}]}\n\n';
const CONTENT = 'data: {"choices":[{"delta":{"content":"Hi"}}]}\n\n';
const ERROR = 'data: {"error":{"message":"overloaded_error","type":"overloaded_error"}}\n\n';

describe('Attempt', () => {
  describe('for an answer in one piece', () => {
    it('gives the whole answer with its head', async () => {
      const { attempt, result } = setUp(false);
      attempt.head(200, { 'content-type': 'application/json' });
      attempt.data(Buffer.from('{"a":'));
      attempt.data(Buffer.from('1}'));
      attempt.end();
      expect(await result).toEqual({
        kind: 'answer',
        answer: {
          status: 200,
          headers: { 'content-type': 'application/json' },
          body: Buffer.from('{"a":1}'),
          usage: null,
        },
      });
    });

    it('classifies a refusal and keeps its words', async () => {
      const { attempt, result } = setUp(false);
      attempt.head(429, { 'retry-after': '7' });
      attempt.data(Buffer.from('{"error":{"message":"slow down"}}'));
      attempt.end();
      const refused = failed(await result);
      expect(refused.outcome).toMatchObject({ kind: 'rate_limited', retryAfterMs: 7_000 });
      expect(refused.answer!.body.toString()).toContain('slow down');
    });

    it('takes no compressed answer: nobody asked for one', async () => {
      const { attempt, result } = setUp(false);
      attempt.head(200, { 'content-encoding': 'gzip' });
      expect(failed(await result).outcome.kind).toBe('malformed');
    });

    it('tells the status of an answer that broke off', async () => {
      const { attempt, result } = setUp(false);
      attempt.head(200, {});
      attempt.fail({ kind: 'connection_lost', status: null, detail: 'reset', retryAfterMs: null });
      expect(failed(await result).outcome).toMatchObject({
        kind: 'connection_lost',
        status: 200,
      });
    });
  });

  describe('for a stream', () => {
    it('holds back what comes before the first content, and then gives all of it', async () => {
      const { attempt, sink, result } = setUp(true);
      attempt.head(200, {});
      attempt.data(Buffer.from(PRELUDE));
      expect(sink.commits).toBe(0);
      attempt.data(Buffer.from(CONTENT));
      expect(await result).toEqual({ kind: 'stream' });
      expect(sink.text).toBe(PRELUDE + CONTENT);
    });

    it('commits once, wherever the network cuts the bytes', async () => {
      const bytes = Buffer.from(PRELUDE + CONTENT + CONTENT);
      for (let cut = 1; cut < bytes.length; cut++) {
        const { attempt, sink } = setUp(true);
        attempt.head(200, {});
        attempt.data(bytes.subarray(0, cut));
        attempt.data(bytes.subarray(cut));
        attempt.end();
        expect([sink.commits, sink.text, sink.ended]).toEqual([1, bytes.toString(), true]);
      }
    });

    it.each([
      ['overloaded', ERROR, 'overloaded'],
      [
        'rate_limit',
        'data: {"error":{"message":"x","type":"rate_limit_error"}}\n\n',
        'rate_limited',
      ],
      ['anything else', 'data: {"error":{"message":"x"}}\n\n', 'server_error'],
      ['no JSON', 'data: <html>\n\n', 'malformed'],
    ])('fails with an error event before the first content: %s', async (_, event, kind) => {
      const { attempt, sink, result } = setUp(true);
      attempt.head(200, {});
      attempt.data(Buffer.from(PRELUDE + event + CONTENT));
      expect(failed(await result).outcome).toMatchObject({ kind, status: 200 });
      expect(sink.commits).toBe(0);
    });

    it('fails when the stream ends before it has begun', async () => {
      const { attempt, result } = setUp(true);
      attempt.head(200, {});
      attempt.data(Buffer.from(PRELUDE));
      attempt.end();
      expect(failed(await result).outcome.kind).toBe('malformed');
    });

    it('reads a document where a stream was asked for as the error it says it is', async () => {
      const { attempt, result } = setUp(true);
      attempt.head(200, {});
      attempt.data(Buffer.from(' \n{"error":{"message":"no","code":"insufficient_quota"}}'));
      attempt.end();
      expect(failed(await result).outcome.kind).toBe('quota_exhausted');
    });

    it('leaves an event without its blank line to the sink at the end', async () => {
      const { attempt, sink } = setUp(true);
      attempt.head(200, {});
      attempt.data(Buffer.from(CONTENT + 'data: [DONE]'));
      attempt.end();
      expect(sink.text).toBe(`${CONTENT}data: [DONE]`);
      expect(sink.ended).toBe(true);
    });

    it('passes a failure behind the commit point to the sink', () => {
      const { attempt, sink } = setUp(true);
      attempt.head(200, {});
      attempt.data(Buffer.from(CONTENT));
      attempt.fail({ kind: 'timeout', status: null, detail: 'quiet', retryAfterMs: null });
      expect(sink.failure).toBe('quiet');
    });
  });
});

function setUp(streams: boolean) {
  const sink = new FakeSink();
  const { promise: result, resolve: ended } = Promise.withResolvers<AttemptResult>();
  const attempt = new Attempt({
    ended,
    stream: streams ? carrier() : null,
    commit: () => {
      sink.commits++;
      return sink;
    },
    now: () => 0,
  });
  return { attempt, sink, result };
}

class FakeSink implements StreamSink {
  commits = 0;
  text = '';
  ended = false;
  failure = '';

  take(events: readonly CarriedEvent[]): void {
    this.text += Buffer.concat(events.map(({ bytes }) => bytes)).toString();
  }

  end(): void {
    this.ended = true;
  }

  fail({ detail }: { detail: string }): void {
    this.failure = detail;
  }
}

function carrier(): StreamCarrier {
  const watcher = new OpenAiStreamWatcher();
  return {
    read: (bytes) => ({ bytes, meaning: watcher.read(bytes) }),
    readWhole: () => null,
    end: () => ({ bytes: Buffer.alloc(0), meaning: 'content' }),
    usage: null,
    finished: false,
    errorMessage: null,
  };
}

function failed(result: AttemptResult) {
  if (result.kind !== 'failed') throw new Error(`expected a failure, got ${result.kind}`);
  return result;
}
