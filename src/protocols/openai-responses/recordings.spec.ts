import { loadRecordings, type Recording } from '../../../test/support/recordings.js';
import type { Block, ConversationRequest } from '../conversation.js';
import { EventSplitter } from '../sse.js';
import { decodeResponsesRequest } from './decode-request.js';
import { readResponsesUsage, type ResponsesUsage } from './read-usage.js';
import { ResponsesStreamWatcher } from './stream-watcher.js';

const { set, recordings } = loadRecordings(['openai.responses']);
const requests = recordings.flatMap(({ name, request: { body } }) =>
  body === null ? [] : [{ name, body }],
);
/** Some recordings were damaged when they were collected. */
const streams = recordings.filter(
  (recording) => recording.stream && errorOf(() => dataOf(recording)) === null,
);

const STATEFUL = requests
  .filter(({ body }) => body['previous_response_id'])
  .map(({ name }) => name);

describe(`Responses, on ${requests.length} requests and ${streams.length} streams of the ${set} set`, () => {
  it(`reads every request but those that need a memory: ${STATEFUL.join(', ') || 'none'}`, () => {
    const refused = requests.flatMap(({ name, body }) =>
      errorOf(() => decodeResponsesRequest(body)) === null ? [] : [name],
    );
    expect(refused).toEqual(STATEFUL);
  });

  it('keeps every text, tool, call and output', () => {
    for (const { name, body } of readable()) {
      const request = decodeResponsesRequest(body);
      expect({ name, ...summaryOf(request) }).toEqual({ name, ...wireSummaryOf(body) });
    }
  });

  it('loses nothing else without its name', () => {
    const names = readable().flatMap(({ body }) =>
      decodeResponsesRequest(body).extras.map((extra) => extra.name),
    );
    expect([...new Set(names)].filter((name) => !KNOWN_EXTRAS.has(name))).toEqual([]);
  });

  it('reads every recorded output as the input of the next request', () => {
    for (const { name, response, stream } of recordings) {
      if (stream || response.status !== 200) continue;
      const { output } = JSON.parse(response.bytes.toString('utf8')) as { output: unknown[] };
      const input = [...output, { role: 'user', content: 'Go on' }];
      const { turns } = decodeResponsesRequest({ model: 'm', input });
      expect({ name, last: turns.at(-1)?.role }).toEqual({ name, last: 'user' });
    }
  });

  it('sees the end and the usage of every stream, wherever the network cuts it', () => {
    for (const [index, recording] of streams.entries()) {
      const { watcher, meanings } = watch(recording, index);
      const { ends, usage, error } = endOf(recording);
      const { name } = recording;
      expect({ name, finished: watcher.finished, usage: watcher.usage }).toEqual({
        name,
        finished: ends,
        usage,
      });
      expect({ name, error: watcher.errorMessage !== null }).toEqual({ name, error });
      expect({ name, told: meanings.includes(error ? 'error' : 'content') }).toEqual({
        name,
        told: true,
      });
    }
  });
});

const KNOWN_EXTRAS: ReadonlySet<string> = new Set([
  'tools.web_search',
  'reasoning.context',
  'reasoning.mode',
  'store',
  'verbosity',
]);

function readable() {
  return requests.filter(({ name }) => !STATEFUL.includes(name));
}

function errorOf(run: () => unknown): unknown {
  try {
    run();
    return null;
  } catch (error) {
    return error;
  }
}

function summaryOf({ turns, tools, model, stream }: ConversationRequest) {
  const blocks = turns.flatMap((turn) => turn.blocks);
  return {
    model,
    stream,
    texts: blocks.flatMap((block) => (block.type === 'text' ? [block.text] : [])),
    calls: blocks.flatMap((block) =>
      block.type === 'tool_use' ? [[block.id, block.name, block.arguments]] : [],
    ),
    outputs: blocks.flatMap((block) =>
      block.type === 'tool_result' ? [[block.toolUseId, resultText(block.content)]] : [],
    ),
    thoughts: blocks.flatMap((block) =>
      block.type === 'thinking' ? [block.signature?.value] : [],
    ),
    media: blocks.filter(({ type }) => type === 'image' || type === 'document').length,
    tools: tools.flatMap((tool) =>
      tool.kind === 'opaque' ? [] : [[tool.name, parametersOf(tool)]],
    ),
  };
}

function parametersOf(tool: ConversationRequest['tools'][number]): unknown {
  return tool.kind === 'function' ? tool.parameters : undefined;
}

function resultText(content: readonly Block[]): string {
  return content.map((block) => (block.type === 'text' ? block.text : '')).join('');
}

interface WireItem {
  type?: string;
  content?: string | { type: string; text?: string }[];
  call_id?: string;
  name?: string;
  arguments?: string;
  output?: unknown;
  encrypted_content?: string;
}

/** The same, read from the wire by another hand. */
function wireSummaryOf(body: Record<string, unknown>) {
  const { model, stream, instructions, input } = body as {
    model: string;
    stream?: boolean;
    instructions?: string;
    input: string | WireItem[];
  };
  const tools = (body['tools'] ?? []) as { type: string; name: string; parameters?: unknown }[];
  const items: WireItem[] =
    typeof input === 'string' ? [{ type: 'message', content: input }] : input;
  const messages = items.filter(({ type }) => (type ?? 'message') === 'message');
  const parts = messages.flatMap(({ content = [] }) =>
    typeof content === 'string' ? [{ type: 'input_text', text: content }] : content,
  );
  return {
    model,
    stream: stream ?? false,
    texts: [
      ...(instructions === undefined ? [] : [instructions]),
      ...parts.flatMap(({ text }) => (text === undefined ? [] : [text])),
    ],
    calls: items
      .filter(({ type }) => type === 'function_call')
      .map((call) => [call.call_id, call.name, call.arguments]),
    outputs: items
      .filter(({ type }) => type === 'function_call_output')
      .map(({ call_id, output }) => [call_id, output]),
    thoughts: items
      .filter(({ type, encrypted_content }) => type === 'reasoning' && encrypted_content)
      .map(({ encrypted_content }) => encrypted_content),
    media: parts.filter(({ type }) => type === 'input_image' || type === 'input_file').length,
    tools: tools
      .filter(({ type }) => type === 'function')
      .map(({ name, parameters }) => [name, parameters]),
  };
}

/** Reads the stream in pieces of 1 to 700 bytes, the same ones every time. */
function watch({ response: { bytes } }: Recording, seed: number) {
  const watcher = new ResponsesStreamWatcher();
  const splitter = new EventSplitter();
  const events: Buffer[] = [];
  let random = seed;
  for (let from = 0, to = 0; from < bytes.length; from = to) {
    random = (random * 1_103_515 + 12_345) % 2_147_483_648;
    to = from + 1 + (random % 700);
    events.push(...splitter.push(bytes.subarray(from, to)));
  }
  const rest = splitter.flush();
  if (rest !== null) events.push(rest);
  return { watcher, meanings: events.map((event) => watcher.read(event)) };
}

/** What the stream says of its own end; some recordings hold several streams, one behind the other. */
function endOf(recording: Recording) {
  const ends = dataOf(recording).filter(({ type }) =>
    /^(error|response\.(completed|incomplete|failed))$/.test(type),
  );
  const final = ends.find(({ type }) => type !== 'error');
  return {
    ends: final !== undefined,
    usage: final?.response?.usage
      ? readResponsesUsage(final.response.usage, (member) => final.response![member])
      : null,
    error: ends.some(({ type }) => type === 'error' || type === 'response.failed'),
  };
}

interface StreamEvent {
  type: string;
  response?: { usage?: ResponsesUsage } & Record<string, unknown>;
}

function dataOf({ response: { bytes } }: Recording) {
  return bytes
    .toString('utf8')
    .split(/\r?\n/)
    .filter((line) => line.startsWith('data:'))
    .map((line) => JSON.parse(line.slice(5)) as StreamEvent);
}
