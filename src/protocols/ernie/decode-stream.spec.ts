import { grammarFault } from '../../../test/support/event-grammar.js';
import { loadRecordings, type Recording } from '../../../test/support/recordings.js';
import { randomPieces, seededRandom } from '../../../test/support/seeded-random.js';
import type { ConversationAnswer } from '../conversation.js';
import { foldEvents } from '../fold-events.js';
import { EventSplitter, parseEvent } from '../sse.js';
import { MalformedAnswerError } from '../translation.js';
import { decodeErnieAnswer } from './decode-answer.js';
import { ErnieStreamDecoder } from './decode-stream.js';
import { readErnieError } from './errors.js';

const { recordings } = loadRecordings(['baidu.v1.chat']);
const named = (name: string): Recording => recordings.find((one) => one.name === `${name}.json`)!;
const bodyOf = (name: string): Record<string, unknown> =>
  JSON.parse(named(name).response.bytes.toString()) as Record<string, unknown>;

function streamed(name: string, seed: number): ConversationAnswer {
  const decoder = new ErnieStreamDecoder('ernie-speed');
  const splitter = new EventSplitter();
  const events = randomPieces(named(name).response.bytes, seededRandom(seed), 40)
    .flatMap((piece) => splitter.push(piece))
    .flatMap((event) => decoder.push(parseEvent(event).data!));
  const all = [...events, ...decoder.end()];
  expect(grammarFault(all)).toBeNull();
  expect(decoder.finished).toBe(true);
  return foldEvents(all);
}

describe('ErnieStreamDecoder', () => {
  it('joins the pieces and trusts the last count', () => {
    for (let seed = 0; seed < 20; seed++) {
      expect(streamed('stream-ok', seed)).toMatchObject({
        id: 'as-syn0000002',
        model: 'ernie-speed',
        createdAt: 1709089502,
        candidates: [
          { blocks: [{ type: 'text', text: '当然可以，我来介绍一下。' }], finishReason: 'stop' },
        ],
        usage: { inputTokens: 5, outputTokens: 12 },
      });
    }
  });

  it('reads a call with its thoughts and raw arguments', () => {
    const [candidate] = streamed('stream-function-call', 1).candidates;
    expect(candidate).toMatchObject({
      finishReason: 'tool_use',
      blocks: [
        { type: 'thinking', text: '需要先查询成绩。' },
        {
          type: 'tool_use',
          name: 'query_score',
          arguments: '{"name":"李四","subjects":["CHINESE","MATH"]}',
        },
      ],
    });
  });

  it('passes an error on, and knows a stream that was cut', () => {
    const refused = new ErnieStreamDecoder();
    const events = refused.push('{"error_code":336501,"error_msg":"Rate limit reached for RPM"}');
    expect(events).toEqual([
      { type: 'error', message: 'Rate limit reached for RPM', words: ['336501', 'rate_limited'] },
    ]);
    expect(refused.end()).toEqual([]);
    const cut = new ErnieStreamDecoder();
    cut.push('{"result":"a","is_end":false,"finish_reason":"normal"}');
    expect(cut.finished).toBe(false);
    expect(cut.end().map(({ type }) => type)).toEqual(['block_end']);
  });
});

describe('decodeErnieAnswer', () => {
  it.each([
    ['json-ok', 'stop'],
    ['json-length', 'length'],
    ['json-sensitive-ban', 'content_filter'],
    ['json-function-call', 'tool_use'],
  ])('reads %s as ending with %s', (name, finishReason) => {
    const { candidates, usage } = decodeErnieAnswer(bodyOf(name));
    expect(candidates[0]!.finishReason).toBe(finishReason);
    expect(usage).toMatchObject({ inputTokens: 2, outputTokens: 16 });
  });

  it('reads no error as an answer', () => {
    const errors = recordings.filter(({ name }) => name.startsWith('error-'));
    expect(errors.length).toBeGreaterThan(15);
    for (const { name, response } of errors) {
      const body = JSON.parse(response.bytes.toString()) as Record<string, unknown>;
      expect(() => decodeErnieAnswer(body)).toThrow(MalformedAnswerError);
      expect(readErnieError(body)).toMatchObject({ code: Number(/\d+/.exec(name)![0]) });
    }
  });
});
