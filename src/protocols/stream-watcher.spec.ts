import fc from 'fast-check';
import { loadRecordings } from '../../test/support/recordings.js';
import { AnthropicStreamWatcher } from './anthropic-messages/stream-watcher.js';
import { OpenAiStreamWatcher } from './openai-chat/stream-watcher.js';
import { ResponsesStreamWatcher } from './openai-responses/stream-watcher.js';
import { EventSplitter } from './sse.js';
import type { StreamWatcher } from './stream-watcher.js';

const event = (type: string, fields: object): string =>
  `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`;

/** Written by hand: not every set of recordings has one. */
const RESPONSE = [
  event('response.created', { response: { usage: null } }),
  event('response.output_item.added', { item: { type: 'message' } }),
  ...Array.from({ length: 20 }, () => event('response.output_text.delta', { delta: 'words' })),
  event('response.output_text.done', { text: 'words' }),
  event('response.completed', { response: { usage: { input_tokens: 3, output_tokens: 20 } } }),
].join('');

const WATCHERS = {
  'openai.chat': () => new OpenAiStreamWatcher(),
  'openai.responses': () => new ResponsesStreamWatcher(),
  'anthropic.messages': () => new AnthropicStreamWatcher(),
};

describe.each(Object.entries(WATCHERS))('countPlain on streams of %s', (api, makeWatcher) => {
  const streams = loadRecordings([api])
    .recordings.filter(({ stream, response }) => stream && response.status === 200)
    .map(({ response }) => response.bytes);
  if (api === 'openai.responses') streams.push(Buffer.from(RESPONSE));

  it('takes nothing for plain content that reading would have learnt from', () => {
    let taken = 0;
    fc.assert(
      fc.property(
        fc.constantFrom(...streams),
        fc.array(fc.nat(4_000), { minLength: 1 }),
        (stream, sizes) => {
          const byEvent = watch(makeWatcher(), chunksOf(stream, sizes), false);
          const byChunk = watch(makeWatcher(), chunksOf(stream, sizes), true);
          taken += byChunk.taken;
          expect({ ...byChunk, taken: 0 }).toEqual(byEvent);
        },
      ),
    );
    expect(taken).toBeGreaterThan(0);
  });
});

/** The stream in pieces that mostly end with an event, as providers write them, and sometimes anywhere. */
function* chunksOf(stream: Buffer, sizes: readonly number[]): Generator<Buffer> {
  for (let start = 0, index = 0; start < stream.length; index++) {
    const size = sizes[index % sizes.length]!;
    const blankLine = size % 5 === 0 ? -1 : stream.indexOf('\n\n', start + size);
    const end = blankLine === -1 ? start + size + 1 : blankLine + 2;
    yield stream.subarray(start, end);
    start = end;
  }
}

/** Reads a stream as the proxy does. */
function watch(watcher: StreamWatcher, chunks: Iterable<Buffer>, inChunks: boolean) {
  const splitter = new EventSplitter();
  const meanings = { prelude: 0, content: 0, usage: 0, error: 0 };
  let taken = 0;
  for (const chunk of chunks) {
    const plain = inChunks && splitter.isBetweenEvents ? watcher.countPlain(chunk) : 0;
    meanings.content += plain;
    taken += plain;
    if (plain > 0) continue;
    for (const event of splitter.push(chunk)) meanings[watcher.read(event)]++;
  }
  const { usage, finished, errorMessage } = watcher;
  return { meanings, usage, finished, errorMessage, taken };
}
