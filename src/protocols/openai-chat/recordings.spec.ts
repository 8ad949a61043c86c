import { ChatCompletionStream } from 'openai/lib/ChatCompletionStream';
import type { ChatCompletion } from 'openai/resources/chat/completions';
import { eventsOf, whatWasSaid, type Said } from '../../../test/support/chat-oracle.js';
import { loadRecordings, type Recording } from '../../../test/support/recordings.js';
import { seededRandom } from '../../../test/support/seeded-random.js';
import type { ConversationAnswer, ConversationEvent } from '../conversation.js';
import { foldEvents } from '../fold-events.js';
import type { EncodingContext } from '../translation.js';
import { decodeOpenAiChatAnswer } from './decode-answer.js';
import { OpenAiChatStreamDecoder } from './decode-stream.js';
import { encodeOpenAiChatAnswer } from './encode-answer.js';
import { OpenAiChatStreamEncoder } from './encode-stream.js';
import { readOpenAiUsage } from './usage.js';

const { set, recordings } = loadRecordings(['openai.chat']);
const answers = recordings.filter(({ response }) => response.status === 200);
const whole = answers.filter((recording) => !isFaulty(recording));
const context: EncodingContext = {
  requestedModel: 'asked-for',
  id: 'chatcmpl-1',
  createdAt: 1,
  wantsUsage: true,
  request: { tools: [] } as unknown as EncodingContext['request'],
};

describe(`openai-chat on ${whole.length} answers of the ${set} set`, () => {
  it('has answers to read', () => {
    expect(whole.length).toBeGreaterThan(5);
  });

  it('reads every answer to the word', () => {
    expect(failures(whole, (one) => compare(said(decode(one)), whatWasSaid(one)))).toEqual([]);
  });

  it('writes every answer so that it says the same', () => {
    expect(
      failures(whole, (one) => {
        const body = encodeOpenAiChatAnswer(decode(one), context);
        return compare(saidBy(body as unknown as ChatCompletion), whatWasSaid(one));
      }),
    ).toEqual([]);
  });

  it("writes every answer as a stream that OpenAI's own client reads the same", async () => {
    const found: string[] = [];
    for (const one of whole) {
      const problem = await readBySdk(streamOf(one)).then(
        (completion) => compare(saidBy(completion), whatWasSaid(one)),
        String,
      );
      if (problem !== null) found.push(`${one.provider}/${one.name}: ${problem}`);
    }
    expect(found).toEqual([]);
  });

  it('says the same in the stream it writes and in the whole answer', () => {
    expect(
      failures(whole, (one) => {
        const direct = decode(one);
        const { events } = readStream(Buffer.from(streamOf(one)), 'openai');
        const again = foldEvents(events);
        return (
          difference('blocks', plainBlocks(again), plainBlocks(direct)) ??
          difference('usage', again.usage, direct.usage)
        );
      }),
    ).toEqual([]);
  });

  it('keeps its blocks in order, one open at a time', () => {
    expect(failures(whole, (one) => grammarProblem(eventsOfAnswer(one)))).toEqual([]);
  });

  it('never calls a faulty answer whole', () => {
    const faulty = answers.filter((one) => isFaulty(one) && one.response.bytes.length > 0);
    expect(faulty.length).toBeGreaterThan(0);
    expect(
      failures(faulty, (one) => {
        if (one.stream) {
          const { finished, events } = readStream(one.response.bytes, one.provider);
          const hasError = events.some(({ type }) => type === 'error');
          return finished && !hasError ? 'taken for whole' : null;
        }
        try {
          decode(one);
          return 'taken for whole';
        } catch (error) {
          return (error as Error).name === 'MalformedAnswerError' ? null : String(error);
        }
      }),
    ).toEqual([]);
  });
});

function isFaulty(recording: Recording): boolean {
  const { choices, hasError } = whatWasSaid(recording);
  const isCut = recording.stream && choices.every(({ finish }) => finish === null);
  const hasDone = recording.response.bytes.includes('[DONE]');
  return hasError || choices.length === 0 || (isCut && !hasDone);
}

function failures(list: readonly Recording[], check: (one: Recording) => string | null): string[] {
  return list.flatMap((one) => {
    let problem: string | null;
    try {
      problem = check(one);
    } catch (error) {
      problem = (error as Error).stack ?? String(error);
    }
    return problem === null ? [] : [`${one.provider}/${one.name}: ${problem}`];
  });
}

function readStream(bytes: Buffer, provider: string) {
  const random = seededRandom(bytes.length);
  const decoder = new OpenAiChatStreamDecoder(provider);
  const events = eventsOf(bytes, () => 1 + Math.floor(random() * 400)).flatMap(({ data, name }) =>
    data === null ? [] : decoder.push(data, name),
  );
  events.push(...decoder.end());
  return { events, finished: decoder.finished };
}

function eventsOfAnswer(one: Recording): ConversationEvent[] {
  if (one.stream) return readStream(one.response.bytes, one.provider).events;
  const answer = decode(one);
  const chunk = encodeOpenAiChatAnswer(answer, context) as unknown as ChatCompletion;
  const decoder = new OpenAiChatStreamDecoder(one.provider);
  const choices = chunk.choices.map(({ message, ...rest }) => ({ ...rest, delta: message }));
  return [...decoder.read({ ...chunk, choices }), ...decoder.end()];
}

function decode(one: Recording): ConversationAnswer {
  return one.stream
    ? foldEvents(readStream(one.response.bytes, one.provider).events)
    : decodeOpenAiChatAnswer(
        JSON.parse(one.response.bytes.toString('utf8')) as Record<string, unknown>,
        one.provider,
      );
}

function streamOf(one: Recording): string {
  const encoder = new OpenAiChatStreamEncoder(context);
  return eventsOfAnswer(one)
    .map((event) => encoder.encode(event))
    .concat(encoder.end())
    .join('');
}

/** The helper takes newline-delimited JSON, and keeps only the last piece of a field it does not know. */
async function readBySdk(stream: string): Promise<ChatCompletion> {
  const lines = eventsOf(Buffer.from(stream))
    .filter(({ data }) => data !== null && data !== '[DONE]')
    .map(({ data }) => `${data}\n`);
  const body = new ReadableStream({
    start(controller) {
      for (const line of lines) controller.enqueue(new TextEncoder().encode(line));
      controller.close();
    },
  });
  const reading = ChatCompletionStream.fromReadableStream(body);
  const thoughts: string[] = [];
  reading.on('chunk', ({ choices }) => {
    for (const { index, delta } of choices) {
      const { reasoning_content: piece } = delta as { reasoning_content?: string };
      thoughts[index] = (thoughts[index] ?? '') + (piece ?? '');
    }
  });
  const completion = await reading.finalChatCompletion();
  for (const { index, message } of completion.choices) {
    Object.assign(message, { reasoning_content: thoughts[index] });
  }
  return completion;
}

function said({ candidates, usage }: ConversationAnswer): Said & { counted: unknown } {
  return {
    hasError: false,
    usage: null,
    counted: usage,
    choices: candidates.map(({ blocks, finishReason }) => ({
      text: blocks.map((block) => (block.type === 'text' ? block.text : '')).join(''),
      thinking: blocks.map((block) => (block.type === 'thinking' ? block.text : '')).join(''),
      refusal: blocks.map((block) => (block.type === 'refusal' ? block.text : '')).join(''),
      calls: blocks
        .filter((block) => block.type === 'tool_use')
        .map((call) => ({ id: call.id, name: call.name, arguments: call.arguments })),
      finish: WORDS[finishReason] ?? null,
    })),
  };
}

const WORDS: Record<string, string> = {
  stop: 'stop',
  stop_sequence: 'stop',
  refusal: 'stop',
  length: 'length',
  tool_use: 'tool_calls',
  content_filter: 'content_filter',
};

function saidBy(completion: ChatCompletion): Said & { counted: unknown } {
  return {
    hasError: false,
    usage: null,
    counted: completion.usage ? readOpenAiUsage(completion.usage) : null,
    choices: completion.choices.map(({ message, finish_reason }) => ({
      text: message.content ?? '',
      thinking: (message as { reasoning_content?: string }).reasoning_content ?? '',
      refusal: message.refusal ?? '',
      calls: (message.tool_calls ?? []).map((call) =>
        call.type === 'function'
          ? { id: call.id, name: call.function.name, arguments: call.function.arguments }
          : { id: call.id, name: call.custom.name, arguments: call.custom.input },
      ),
      finish: finish_reason,
    })),
  };
}

function compare(actual: Said & { counted: unknown }, expected: Said): string | null {
  const counted = expected.usage ? readOpenAiUsage(expected.usage) : null;
  return (
    difference('choices', normal(actual), normal(expected)) ??
    difference('usage', actual.counted, counted)
  );
}

/** Ids that no provider sent are ours; no arguments and the empty object are the same; a call ends as a call. */
function normal({ choices }: Said) {
  return choices.map((choice) => ({
    ...choice,
    calls: choice.calls.map((call) => ({
      ...call,
      id: /^call_[0-9a-f]{24}$/.test(call.id) ? '' : call.id,
      arguments: call.arguments || '{}',
    })),
    finish: finishWord(choice.finish, choice.calls.length > 0),
  }));
}

function finishWord(word: string | null, hasCalls: boolean): string | null {
  if (word === 'insufficient_system_resource') return 'length';
  if (word === 'length' || word === 'content_filter') return word;
  return hasCalls ? 'tool_calls' : 'stop';
}

function plainBlocks({ candidates }: ConversationAnswer) {
  return candidates.map(({ blocks, logprobs }) => ({
    logprobs,
    text: blocks.map((block) => (block.type === 'text' ? block.text : '')).join(''),
    rest: blocks
      .filter(({ type }) => type !== 'text')
      .map((block) =>
        block.type === 'tool_use' ? { ...block, arguments: block.arguments || '{}' } : block,
      ),
  }));
}

function grammarProblem(events: readonly ConversationEvent[]): string | null {
  const open = new Map<number, number | null>();
  const next = new Map<number, number>();
  for (const event of events) {
    if (event.type === 'block_start') {
      if ((open.get(event.candidate) ?? null) !== null) return 'two blocks are open';
      if (event.index !== (next.get(event.candidate) ?? 0)) return 'a gap in the numbers';
      open.set(event.candidate, event.index);
      next.set(event.candidate, event.index + 1);
    } else if (event.type === 'block_delta' && event.delta.type !== 'logprobs') {
      if (open.get(event.candidate) !== event.index) return 'a delta of no open block';
    } else if (event.type === 'block_end') {
      if (open.get(event.candidate) !== event.index) return 'an end of no open block';
      open.set(event.candidate, null);
    }
  }
  return [...open.values()].every((index) => index === null) ? null : 'a block stays open';
}

function difference(what: string, actual: unknown, expected: unknown): string | null {
  const [left, right] = [JSON.stringify(actual), JSON.stringify(expected)];
  return left === right
    ? null
    : `${what}: ${left?.slice(0, 600)} instead of ${right?.slice(0, 600)}`;
}
