import { EventSplitter, parseEvent } from '../../src/protocols/sse.js';
import { MalformedAnswerError, type EncodingContext } from '../../src/protocols/translation.js';
import type { WireProtocol } from '../../src/providers/provider-adapter.js';
import { clientConversations, upstreamConversations } from '../../src/proxy/conversations.js';
import { conversation } from '../support/conversation-request.js';
import { AS_STREAM } from './answer-streams.js';
import type { AnswerSample } from './provider-answers.js';

export type AnswerClient = 'chat' | 'messages' | 'responses' | 'completions';

export interface AnswerRow {
  readonly element: string;
  readonly cells: readonly string[];
}

const request = conversation();
const context: EncodingContext = {
  requestedModel: 'asked',
  id: 'id1',
  createdAt: 2,
  wantsUsage: true,
  request,
};
const PROVIDERS: Readonly<Record<WireProtocol, string>> = {
  openai: 'together',
  anthropic: 'anthropic',
  gemini: 'gemini',
  ernie: 'ernie-v1',
};

/** What becomes of each element on the way from each family to one client, streamed and whole. */
export function answerRows(
  client: AnswerClient,
  families: readonly WireProtocol[],
  samples: readonly AnswerSample[],
): AnswerRow[] {
  return samples.map(({ element, said, mark }) => ({
    element,
    cells: families.map((family) => {
      const body = said[family];
      if (!body) return '–';
      const [whole, streamed] = [wholeAnswer(client, family, body), stream(client, family, body)];
      return mark === undefined
        ? together(endingOf(client, whole), endingOf(client, streamed))
        : together(found(mark, whole), found(mark, streamed));
    }),
  }));
}

/** In so many words, or in the envelope that signatures of other providers travel in. */
function found(mark: string, answer: string): string {
  const hidden = Buffer.from(mark).toString('base64url');
  return answer.includes(mark) || answer.includes(hidden) ? 'carried' : 'left out';
}

function together(whole: string, streamed: string): string {
  if (whole === streamed) return whole;
  if (whole === 'carried') return 'carried whole, left out streamed';
  return whole === 'left out'
    ? 'carried streamed, left out whole'
    : `${whole} (streamed: ${streamed})`;
}

const ERROR = 'an error';

function wholeAnswer(client: AnswerClient, family: WireProtocol, body: object): string {
  const { decodeAnswer } = upstreamConversations[family].encode(request, PROVIDERS[family]);
  try {
    const answer = decodeAnswer(structuredClone(body) as Record<string, unknown>);
    return JSON.stringify(clientConversations[client]!.encodeAnswer(answer, context));
  } catch (error) {
    if (error instanceof MalformedAnswerError) return ERROR;
    throw error;
  }
}

function stream(client: AnswerClient, family: WireProtocol, body: object): string {
  const decoder = upstreamConversations[family].encode(request, PROVIDERS[family]).streamDecoder();
  const encoder = clientConversations[client]!.streamEncoder(context);
  const events = [
    ...AS_STREAM[family](body).flatMap(({ data, name }) => decoder.push(data, name)),
    ...decoder.end(),
  ];
  if (events.some(({ type }) => type === 'error')) return ERROR;
  return events.map((event) => encoder.encode(event)).join('') + encoder.end();
}

// oxlint-disable-next-line typescript/no-explicit-any -- answers of several protocols
type Loose = any;

/** The client's own word for the end, from a whole answer or from the events of a stream. */
function endingOf(client: AnswerClient, answer: string): string {
  if (answer === ERROR) return ERROR;
  const bodies: Loose[] = answer.startsWith('{') ? [JSON.parse(answer)] : bodiesOf(answer);
  const words = bodies.map((body) => {
    if (client === 'messages') return body.stop_reason ?? body.delta?.stop_reason;
    if (client !== 'responses') return body.choices?.[0]?.finish_reason;
    const { status, incomplete_details: why } = body.response ?? body;
    return why ? `${status}: ${why.reason}` : status;
  });
  return words.filter(Boolean).at(-1) ?? 'nothing';
}

function bodiesOf(stream: string): Loose[] {
  return new EventSplitter()
    .push(Buffer.from(stream))
    .map((event) => parseEvent(event).data ?? '')
    .filter((data) => data.startsWith('{'))
    .map((data) => JSON.parse(data));
}

export function answerTable(
  first: string,
  families: readonly WireProtocol[],
  rows: readonly AnswerRow[],
): string {
  const head = [first, ...families.map((family) => (family === 'ernie' ? 'ernie-v1' : family))];
  const lines = [
    head,
    head.map(() => '---'),
    ...rows.map(({ element, cells }) => [element, ...cells]),
  ];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
