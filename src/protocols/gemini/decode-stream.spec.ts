import { conversation } from '../../../test/support/conversation-request.js';
import { grammarFault } from '../../../test/support/event-grammar.js';
import type { Block, ConversationEvent } from '../conversation.js';
import { foldEvents } from '../fold-events.js';
import { MalformedAnswerError } from '../translation.js';
import { GeminiStreamDecoder } from './decode-stream.js';
import { encodeToolName } from './tool-names.js';

type Part = Record<string, unknown>;

function chunk(parts: Part[], finishReason?: unknown, more: object = {}): object {
  return { candidates: [{ content: { parts, role: 'model' }, finishReason, index: 0, ...more }] };
}

function eventsOf(chunks: object[], decoder = new GeminiStreamDecoder()): ConversationEvent[] {
  const pushed = chunks.flatMap((one) => decoder.push(JSON.stringify(one), ''));
  const events = [...pushed, ...decoder.end()];
  expect(grammarFault(events)).toBeNull();
  return events;
}

function blocksOf(chunks: object[], decoder = new GeminiStreamDecoder()): readonly Block[] {
  return foldEvents(eventsOf(chunks, decoder)).candidates[0]!.blocks;
}

const types = (events: ConversationEvent[]): string[] => events.map(({ type }) => type);

describe('GeminiStreamDecoder', () => {
  it('turns thoughts, text and a call into blocks in their order', () => {
    const blocks = blocksOf([
      chunk([{ text: 'hm', thought: true }]),
      chunk([{ text: 'Let ' }]),
      chunk([{ text: 'me.' }, { functionCall: { name: 'f', args: { a: 1 }, id: 'x' } }]),
      chunk([{ text: '' }], 'STOP'),
    ]);
    expect(blocks).toEqual([
      { type: 'thinking', text: 'hm', signature: null },
      { type: 'text', text: 'Let me.' },
      { type: 'tool_use', id: 'x', name: 'f', arguments: '{"a":1}', kind: 'function' },
    ]);
  });

  it('says tool_use for STOP behind a call, and puts usage before the end', () => {
    const call = chunk([{ functionCall: { name: 'f' } }], 'STOP');
    const events = eventsOf([{ ...call, usageMetadata: { promptTokenCount: 1 } }]);
    expect(events.at(-1)).toMatchObject({ type: 'finish', reason: 'tool_use' });
    expect(events.at(-2)).toMatchObject({ type: 'usage' });
  });

  it('gives calls without id one of their own that other answers do not repeat', () => {
    const calls = [
      chunk([{ functionCall: { name: 'f' } }, { functionCall: { name: 'f' } }], 'STOP'),
    ];
    const idsOf = (responseId?: string): unknown[] =>
      blocksOf([{ ...calls[0], responseId }]).map((block) => 'id' in block && block.id);
    expect(idsOf('r-1')).toEqual(['call_r-1_0', 'call_r-1_1']);
    expect(idsOf('r-2')).not.toEqual(idsOf('r-1'));
    expect(idsOf()).toEqual(idsOf());
    expect(new Set(idsOf()).size).toBe(2);
  });

  it('keeps signatures of calls, of text and of empty text', () => {
    const signature = (value: string) => ({ provider: 'gemini', value });
    expect(
      blocksOf([
        chunk([{ text: 'a', thoughtSignature: 's1' }, { text: 'b' }]),
        chunk([{ functionCall: { name: 'f', id: '1' }, thoughtSignature: 's2' }]),
        chunk([{ text: '', thoughtSignature: 's3' }], 'STOP'),
      ]),
    ).toMatchObject([
      { type: 'text', text: 'ab', signature: signature('s1') },
      { type: 'tool_use', signature: signature('s2') },
      { type: 'text', text: '', signature: signature('s3') },
    ]);
    expect(
      blocksOf([chunk([{ text: 'a' }]), chunk([{ text: '', thoughtSignature: 's' }], 'STOP')]),
    ).toEqual([{ type: 'text', text: 'a', signature: signature('s') }]);
  });

  it('begins a new block for text that is signed a second time', () => {
    const signed = (text: string, thoughtSignature: string) => ({ text, thoughtSignature });
    const blocks = blocksOf([chunk([signed('a', 's1'), { text: 'b' }, signed('c', 's2')], 'STOP')]);
    expect(blocks).toMatchObject([
      { text: 'ab', signature: { value: 's1' } },
      { text: 'c', signature: { value: 's2' } },
    ]);
  });

  it('assembles arguments that come value by value', () => {
    const call = (functionCall: object) => chunk([{ functionCall }]);
    const partial = (jsonPath: string, value: object) =>
      call({ partialArgs: [{ jsonPath, ...value }], willContinue: true });
    const blocks = blocksOf([
      call({ name: 'f', willContinue: true }),
      partial('$.list[0].name', { stringValue: 'a "q', willContinue: true }),
      partial('$.list[0].name', { stringValue: 'uote"' }),
      partial('$.list[1]', { nullValue: 'NULL_VALUE' }),
      partial("$['odd name']", { boolValue: false }),
      partial('$.__proto__.x', { numberValue: 0.5 }),
      call({}),
      call({ name: 'g', willContinue: true }),
      chunk([{ text: 'done' }], 'STOP'),
    ]);
    expect(blocks.map((block) => ('arguments' in block ? block.arguments : block.type))).toEqual([
      '{"list":[{"name":"a \\"quote\\""},null],"odd name":false,"__proto__":{"x":0.5}}',
      '{}',
      'text',
    ]);
    expect(({} as { x?: unknown }).x).toBeUndefined();
  });

  it.each(['a', '$', '$.', '$.a[4000000000]', '$.a[7]', `$${'.a'.repeat(200)}`])(
    'refuses the path %s of an argument',
    (jsonPath) => {
      const decoder = new GeminiStreamDecoder();
      const partialArgs = [{ jsonPath, stringValue: '' }];
      const data = JSON.stringify(chunk([{ functionCall: { name: 'f', partialArgs } }]));
      expect(() => decoder.push(data)).toThrow(MalformedAnswerError);
    },
  );

  it('knows a stream that was cut', () => {
    const decoder = new GeminiStreamDecoder();
    expect(types(eventsOf([chunk([{ text: 'Hel' }])], decoder))).not.toContain('finish');
    expect(decoder.finished).toBe(false);
  });

  it('goes on behind an intermediate finish', () => {
    const chunks = [chunk([{ text: 'a' }], 'STOP'), chunk([{ text: 'b' }], 'MAX_TOKENS')];
    const [candidate] = foldEvents(eventsOf(chunks)).candidates;
    expect(candidate).toMatchObject({ blocks: [{ text: 'ab' }], finishReason: 'length' });
  });

  it('passes an error in the midst of a stream on and ends there', () => {
    const decoder = new GeminiStreamDecoder();
    const error = { code: 503, message: 'overloaded', status: 'UNAVAILABLE' };
    const events = eventsOf([chunk([{ text: 'a' }]), { error }, chunk([], 'STOP')], decoder);
    expect(events.at(-1)).toEqual({
      type: 'error',
      message: 'overloaded',
      words: ['503', 'unavailable'],
    });
    expect(decoder.finished).toBe(false);
    expect(new GeminiStreamDecoder().push(JSON.stringify([{ error }]))).toHaveLength(1);
  });

  it('ends a blocked prompt and a filtered answer as filtered', () => {
    const blocked = eventsOf([{ promptFeedback: { blockReason: 'SAFETY' } }]);
    expect(blocked.at(-1)).toMatchObject({ type: 'finish', reason: 'content_filter' });
    const filtered = eventsOf([{ candidates: [{ finishReason: 'SAFETY' }] }]);
    expect(filtered.at(-1)).toMatchObject({ type: 'finish', reason: 'content_filter' });
  });

  it('takes a malformed call for an error unless there is something to show', () => {
    const decoder = new GeminiStreamDecoder();
    const thought = { text: 'hm', thought: true };
    const failed = eventsOf([chunk([thought], 'MALFORMED_FUNCTION_CALL')], decoder);
    expect(failed.at(-1)).toMatchObject({ type: 'error', words: ['malformed_function_call'] });
    expect(decoder.finished).toBe(false);
    const partial = eventsOf([chunk([{ text: 'a' }], 'MALFORMED_FUNCTION_CALL')]);
    expect(partial.at(-1)).toMatchObject({ type: 'finish', reason: 'stop' });
  });

  it('keeps code that the provider ran, and images', () => {
    const code = { executableCode: { language: 'PYTHON', code: '1' }, thoughtSignature: 's' };
    const image = { inlineData: { mimeType: 'image/png', data: 'AA==' } };
    expect(blocksOf([chunk([code, image], 'STOP')])).toEqual([
      { type: 'opaque', protocol: 'gemini', name: 'executableCode', value: code },
      { type: 'image', source: { kind: 'base64', mediaType: 'image/png', data: 'AA==' } },
    ]);
  });

  it('counts the place of a source in units of the text, not in bytes', () => {
    const groundingMetadata = {
      groundingChunks: [{ web: { uri: 'https://a', title: 'A' } }],
      groundingSupports: [
        { segment: { startIndex: 7, endIndex: 9, text: 'ok' }, groundingChunkIndices: [0] },
      ],
    };
    const blocks = blocksOf([
      chunk([{ text: '你好 ' }]),
      chunk([{ text: 'ok' }], 'STOP', { groundingMetadata }),
      chunk([], undefined, { groundingMetadata }),
    ]);
    expect(blocks).toMatchObject([
      { citations: [{ text: 'ok', url: 'https://a', title: 'A', start: 3, end: 5 }] },
    ]);
  });

  it('keeps the sources of a text that come behind it, and counts the searches', () => {
    const groundingMetadata = {
      webSearchQueries: ['a', 'b'],
      groundingChunks: [{ web: { uri: 'https://a', title: 'A' } }],
      groundingSupports: [
        { segment: { startIndex: 0, endIndex: 2, text: 'ok' }, groundingChunkIndices: [0] },
      ],
    };
    const answer = foldEvents(
      eventsOf([
        chunk([{ text: 'ok' }]),
        chunk([{ functionCall: { name: 'f', args: {} } }]),
        { ...chunk([], 'STOP', { groundingMetadata }), usageMetadata: { promptTokenCount: 3 } },
      ]),
    );
    expect(answer.candidates[0]!.blocks).toMatchObject([
      { text: 'ok', citations: [{ url: 'https://a', start: 0, end: 2 }] },
      { type: 'tool_use' },
    ]);
    expect(answer.usage).toMatchObject({ serverTools: { webSearches: 2, webFetches: 0 } });
  });

  it('takes a candidate whose index is null for the one at its place', () => {
    expect(blocksOf([chunk([{ text: 'a' }], 'STOP', { index: null })])).toHaveLength(1);
  });

  it("writes log probabilities in OpenAI's form", () => {
    const logprobsResult = {
      chosenCandidates: [{ token: 'é', logProbability: -0.5 }],
      topCandidates: [{ candidates: [{ token: 'e' }] }],
    };
    const events = eventsOf([chunk([{ text: 'é' }], 'STOP', { logprobsResult })]);
    expect(foldEvents(events).candidates[0]!.logprobs).toEqual({
      content: [
        {
          token: 'é',
          logprob: -0.5,
          bytes: [195, 169],
          top_logprobs: [{ token: 'e', logprob: 0, bytes: [101] }],
        },
      ],
      refusal: null,
    });
  });

  it('keeps several candidates apart', () => {
    const candidates = [0, 1].map((index) => ({
      index,
      content: { parts: [{ text: `answer ${index}` }] },
      finishReason: 'STOP',
    }));
    const answer = foldEvents(
      eventsOf([{ candidates: [candidates[1]] }, { candidates: [candidates[0]] }]),
    );
    expect(answer.candidates.map(({ blocks }) => blocks[0])).toMatchObject([
      { text: 'answer 0' },
      { text: 'answer 1' },
    ]);
  });

  it('gives tools the names and kinds the client declared', () => {
    const name = 'mcp/tool with spaces';
    const request = conversation({
      tools: [{ kind: 'custom', name, description: null, format: null }],
    });
    const decoder = new GeminiStreamDecoder(request);
    const call = { name: encodeToolName(name), args: { input: 'ls' }, id: '1' };
    const [block] = blocksOf([chunk([{ functionCall: call }], 'STOP')], decoder);
    expect(block).toMatchObject({ name, kind: 'custom', arguments: 'ls' });
  });

  it.each([
    'no json',
    '3',
    '{"candidates":3}',
    '{"candidates":[{"index":1e9}]}',
    '{"candidates":[{"content":{"parts":[{"text":1}]}}]}',
  ])('refuses %s', (data) => {
    expect(() => new GeminiStreamDecoder().push(data)).toThrow(MalformedAnswerError);
  });
});
