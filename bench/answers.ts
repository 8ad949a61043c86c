/** The two protocols an upstream here can speak. */
export type Dialect = 'openai' | 'anthropic';

/** Content events of every prepared stream; its beginning and end come on top. */
export const STREAM_EVENTS = 200;
const EVENTS_PER_BURST = 10;
const PACE_MS = 5;
const HOLD_PACE_MS = 1_000;

/** An answer as it goes over the wire, made once. */
export interface PreparedAnswer {
  readonly pieces: readonly Buffer[];
  /** Between two pieces; 0: as fast as the socket takes them, each in a write of its own. */
  readonly paceMs: number;
}

/** Everything the upstream can answer, by the part of the model's name before an `@`. */
export function prepareAnswers(
  dialect: Dialect,
  holdSeconds: number,
): ReadonlyMap<string, PreparedAnswer> {
  const speak = DIALECTS[dialect];
  const small = whole(speak.whole(1_024));
  return new Map([
    ['json-1k', small],
    ['json-18k', whole(speak.whole(18 * 1_024))],
    ['prompt-300k', small],
    ['sse-burst', stream(speak.stream(STREAM_EVENTS), EVENTS_PER_BURST, 0)],
    ['sse-paced', stream(speak.stream(STREAM_EVENTS), 1, PACE_MS)],
    ['hold', stream(speak.stream(holdSeconds), 1, HOLD_PACE_MS)],
  ]);
}

function whole(body: string): PreparedAnswer {
  const head = `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n`;
  return { pieces: [Buffer.from(head + body)], paceMs: 0 };
}

function stream(events: readonly string[], eventsPerPiece: number, paceMs: number): PreparedAnswer {
  const head =
    'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n';
  const pieces: string[] = [];
  for (let at = 0; at < events.length; at += eventsPerPiece) {
    const text = events.slice(at, at + eventsPerPiece).join('');
    pieces.push(`${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`);
  }
  pieces[0] = head + pieces[0]!;
  pieces[pieces.length - 1] += '0\r\n\r\n';
  return { pieces: pieces.map((piece) => Buffer.from(piece)), paceMs };
}

const WORDS = ' lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod'.split(' ');
const CREATED = 1_764_000_000;

function padded(make: (text: string) => object, bytes: number): string {
  const missing = bytes - JSON.stringify(make('')).length;
  return JSON.stringify(make('lorem ipsum '.repeat(missing / 12 + 1).slice(0, missing)));
}

function chunk(fields: object): string {
  const base = { id: 'chatcmpl-bench', object: 'chat.completion.chunk', created: CREATED };
  return `data: ${JSON.stringify({ ...base, model: 'bench', service_tier: 'default', system_fingerprint: 'fp_bench', ...fields })}\n\n`;
}

function choice(delta: object, finishReason: string | null = null): object {
  return { choices: [{ index: 0, delta, logprobs: null, finish_reason: finishReason }] };
}

const openAiUsage = { prompt_tokens: 200, completion_tokens: 200, total_tokens: 400 };

const openai = {
  whole: (bytes: number) =>
    padded(
      (content) => ({
        id: 'chatcmpl-bench',
        object: 'chat.completion',
        created: CREATED,
        model: 'bench',
        choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }],
        usage: openAiUsage,
      }),
      bytes,
    ),
  stream: (events: number) => [
    chunk(choice({ role: 'assistant', content: '' })),
    ...words(events).map((content) => chunk(choice({ content }))),
    chunk(choice({}, 'stop')),
    chunk({ choices: [], usage: openAiUsage }),
    'data: [DONE]\n\n',
  ],
};

const message = { id: 'msg_bench', type: 'message', role: 'assistant', model: 'bench' };
const anthropicUsage = { input_tokens: 200, output_tokens: 200 };

function event(type: string, fields: object): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`;
}

const anthropic = {
  whole: (bytes: number) =>
    padded(
      (text) => ({
        ...message,
        content: [{ type: 'text', text }],
        stop_reason: 'end_turn',
        stop_sequence: null,
        usage: anthropicUsage,
      }),
      bytes,
    ),
  stream: (events: number) => [
    event('message_start', {
      message: {
        ...message,
        content: [],
        stop_reason: null,
        stop_sequence: null,
        usage: anthropicUsage,
      },
    }),
    event('content_block_start', { index: 0, content_block: { type: 'text', text: '' } }),
    ...words(events).map((text) =>
      event('content_block_delta', { index: 0, delta: { type: 'text_delta', text } }),
    ),
    event('content_block_stop', { index: 0 }),
    event('message_delta', {
      delta: { stop_reason: 'end_turn', stop_sequence: null },
      usage: { output_tokens: 200 },
    }),
    event('message_stop', {}),
  ],
};

function words(count: number): string[] {
  return Array.from({ length: count }, (_, index) => ` ${WORDS[1 + (index % (WORDS.length - 1))]}`);
}

const DIALECTS = { openai, anthropic };
