import {
  eventsOf,
  grammarErrors,
  meaningOf,
  messageOf,
  readWithSdk,
  viewOf,
} from '../../../test/support/anthropic-message.js';
import { seededRandom } from '../../../test/support/seeded-random.js';
import { loadRecordings, type Recording } from '../../../test/support/recordings.js';
import type { ConversationEvent } from '../conversation.js';
import { foldEvents } from '../fold-events.js';
import type { EncodingContext } from '../translation.js';
import { decodeAnthropicAnswer } from './decode-answer.js';
import { decodeAnthropicRequest } from './decode-request.js';
import { AnthropicStreamDecoder } from './decode-stream.js';
import { encodeAnthropicAnswer } from './encode-answer.js';
import { encodeAnthropicRequest } from './encode-request.js';
import { AnthropicStreamEncoder } from './encode-stream.js';

type Json = Record<string, unknown>;

const { set, recordings } = loadRecordings(['anthropic.messages', 'anthropic.vertex']);
const answered = recordings.filter(({ response }) => response.status === 200);
const wholes = answered.filter(({ stream }) => !stream);
const streams = answered.filter(({ stream }) => stream);
const requests = recordings.filter(({ request }) => Array.isArray(request.body?.['messages']));
const context: EncodingContext = {
  requestedModel: 'the-model',
  id: 'a1',
  createdAt: 0,
  wantsUsage: true,
  request: decodeAnthropicRequest({ model: 'the-model', messages: [] }),
};

describe(`recorded answers (${set}: ${wholes.length} whole, ${streams.length} streamed)`, () => {
  it('come out of both conversions as they went in', async () => {
    const failures: string[] = [];
    for (const recording of wholes) {
      const body = JSON.parse(recording.response.bytes.toString()) as Json;
      if (callsFromCode(body)) continue;
      const answer = decodeAnthropicAnswer(body);
      const again = encodeAnthropicAnswer(answer, context);
      compare(failures, recording, viewOf(again), viewOf(body));
    }
    expect(failures).toEqual([]);
  });

  it('come out of both conversions of a stream as they went in, as the official client reads them', async () => {
    const random = seededRandom(1);
    const failures: string[] = [];
    const cut: string[] = [];
    for (const recording of streams) {
      const events = eventsOf(recording.response.bytes, random);
      const decoded = decode(events);
      if (!decoded) {
        cut.push(recording.name);
        continue;
      }
      const message = messageOf(events);
      const expected = message && viewOf(message);
      const encoded = encode(decoded);
      compare(failures, recording, grammarErrors(encoded), []);
      const streamed = viewOf(await readWithSdk(encoded));
      const whole = viewOf(encodeAnthropicAnswer(foldEvents(decoded), context));
      compare(failures, recording, streamed, expected);
      compare(failures, recording, whole, streamed);
    }
    expect(failures).toEqual([]);
    // Errors, cut streams, and two messages spliced into one stream.
    expect(cut.filter((name) => !/^stream-(error|midstream|truncated)|spliced/.test(name))).toEqual(
      [],
    );
  });
});

describe(`recorded requests (${set}: ${requests.length})`, () => {
  it('ask the same when they are read and written again', () => {
    const failures: string[] = [];
    for (const recording of requests) {
      const { body, dropped } = encodeAnthropicRequest(decodeAnthropicRequest(bodyOf(recording)));
      compare(failures, recording, meaningOf(body), meaningOf(bodyOf(recording)));
      compare(failures, recording, dropped, []);
    }
    expect(failures).toEqual([]);
  });
});

it('reads every recorded question for a token count', () => {
  const counts = loadRecordings(['anthropic.count_tokens']).recordings.map(bodyOf);
  for (const body of counts) expect(decodeAnthropicRequest(body).maxOutputTokens).toBeNull();
});

/** Several answers in one: the client answered its calls in between, so that they no longer are the reason of the end. */
function callsFromCode({ content, stop_reason }: Json): boolean {
  const blocks = content as { type: string; caller?: { type: string } }[];
  const isFromCode = blocks.some(
    ({ type, caller }) => type === 'tool_use' && caller?.type.startsWith('code_execution'),
  );
  return stop_reason === 'end_turn' && isFromCode;
}

/** Null when the stream failed, or did not end. */
function decode(events: readonly { name: string; data: string }[]): ConversationEvent[] | null {
  const decoder = new AnthropicStreamDecoder();
  try {
    const decoded = events.flatMap(({ name, data }) => decoder.push(data, name));
    return decoder.finished ? [...decoded, ...decoder.end()] : null;
  } catch {
    return null;
  }
}

function encode(events: readonly ConversationEvent[]): string {
  const encoder = new AnthropicStreamEncoder(context);
  return events.map((event) => encoder.encode(event)).join('') + encoder.end();
}

function compare(
  failures: string[],
  { name }: Recording,
  actual: unknown,
  expected: unknown,
): void {
  const [one, other] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (one === other) return;
  let at = 0;
  while (one[at] === other[at]) at++;
  const around = (text: string) => text.slice(Math.max(0, at - 40), at + 80);
  failures.push(`${name} at ${at}: ${around(one)} instead of ${around(other)}`);
}

/** Vertex names the model in the address. */
function bodyOf({ request }: Recording): Json {
  return { model: 'claude-3-7-sonnet', ...request.body };
}
