import Anthropic from '@anthropic-ai/sdk';
import { sanitizeSchema } from '../../src/protocols/anthropic-messages/sanitize-schema.js';
import { toolInput } from '../../src/protocols/anthropic-messages/tool-arguments.js';
import { EventSplitter, parseEvent } from '../../src/protocols/sse.js';

type Json = Record<string, unknown>;

/** The server-sent events in these bytes, cut into reads of random size. */
export function eventsOf(bytes: Buffer, random: () => number): { name: string; data: string }[] {
  const splitter = new EventSplitter();
  const events: Buffer[] = [];
  for (let from = 0; from < bytes.length;) {
    const size = 1 + Math.floor(random() * 400);
    events.push(...splitter.push(bytes.subarray(from, from + size)));
    from += size;
  }
  events.push(...[splitter.flush()].filter((rest) => rest !== null));
  return events
    .map(parseEvent)
    .flatMap(({ name, data }) => (data === null ? [] : [{ name, data }]));
}

/** The message a recorded stream adds up to, by the protocol's rules and without our decoder; null when it does not end. */
export function messageOf(events: readonly { data: string }[]): Json | null {
  let message: Json = {};
  const content: Json[] = [];
  const inputs: string[] = [];
  for (const { data } of events) {
    const event = JSON.parse(data) as Json & { index: number };
    const delta = (event['delta'] ?? {}) as Record<string, string>;
    const block = content[event.index] ?? {};
    switch (event['type']) {
      case 'message_start':
        message = event['message'] as Json;
        break;
      case 'content_block_start':
        content[event.index] = { ...(event['content_block'] as Json) };
        break;
      case 'content_block_delta':
        for (const name of ['text', 'thinking', 'signature']) {
          if (name in delta)
            block[name] = `${(block[name] as string | undefined) ?? ''}${delta[name]}`;
        }
        if ('partial_json' in delta) {
          inputs[event.index] = (inputs[event.index] ?? '') + delta['partial_json'];
          block['input'] = toolInput(inputs[event.index] ?? '');
        }
        break;
      case 'message_delta':
        message = {
          ...message,
          ...delta,
          usage: { ...(message['usage'] as Json), ...(event['usage'] as Json) },
        };
        break;
      case 'message_stop':
        return { ...message, content };
      case 'error':
        return null;
    }
  }
  return null;
}

/** What a client sees of a message, in a form that compares. */
export function viewOf(message: Json): Json {
  const content = message['content'] as Json[];
  const usage = message['usage'] as Json & {
    cache_creation?: Json;
    output_tokens_details?: Json;
  };
  return {
    content: content.flatMap((block, index): Json[] => {
      switch (block['type']) {
        case 'text':
          return block['text'] === '' ? [] : [{ text: block['text'] }];
        case 'tool_use':
          // Arguments that were cut off are read in different ways, none of them right.
          if (message['stop_reason'] === 'max_tokens' && index === content.length - 1) {
            return [{ call: block['name'], id: block['id'] }];
          }
          return [{ call: block['name'], id: block['id'], input: block['input'] ?? {} }];
        case 'thinking':
          return [{ thinking: block['thinking'], signature: block['signature'] || 'gw1..' }];
        case 'redacted_thinking':
          return [{ redacted: block['data'] }];
        default:
          return [{ other: block['type'], input: block['input'] ?? null }];
      }
    }),
    stop: [message['stop_reason'], message['stop_sequence'] ?? null],
    usage: [
      usage['input_tokens'] ?? 0,
      usage['cache_read_input_tokens'] ?? 0,
      usage['cache_creation_input_tokens'] ?? 0,
      usage.cache_creation?.['ephemeral_1h_input_tokens'] ?? 0,
      usage['output_tokens'] ?? 0,
      usage.output_tokens_details?.['thinking_tokens'] ?? 0,
    ],
  };
}

const DELTAS: Readonly<Record<string, string>> = {
  text_delta: 'text',
  citations_delta: 'text',
  thinking_delta: 'thinking',
  signature_delta: 'thinking',
  input_json_delta: 'tool_use',
};

/** Where a stream breaks the protocol's grammar, more strictly than the official client looks. */
export function grammarErrors(stream: string): string[] {
  const events = eventsOf(Buffer.from(stream), () => 0.5).map(({ name, data }) => {
    const event = JSON.parse(data) as Json & { content_block?: Json; delta?: Json };
    return { ...event, name };
  });
  const errors: string[] = events.flatMap(({ name, ...event }) =>
    name === (event as Json)['type'] ? [] : [`${name} is not its type`],
  );
  const shape = events.filter(({ name }) => name !== 'ping');
  let next = 0;
  let open: unknown = null;
  for (const [place, event] of shape.entries()) {
    const index = (event as Json)['index'];
    if ((event.name === 'message_start') !== (place === 0))
      errors.push(`${event.name} at ${place}`);
    if ((event.name === 'message_stop') !== (place === shape.length - 1)) errors.push('the end');
    if ((event.name === 'message_delta') !== (place === shape.length - 2)) errors.push('the delta');
    if (index !== undefined && index !== next) errors.push(`not index ${next}`);
    if (event.name === 'content_block_start') {
      if (open !== null) errors.push('a block inside a block');
      open = event.content_block?.['type'];
    } else if (event.name === 'content_block_delta') {
      const wanted = DELTAS[String(event.delta?.['type'])];
      const type = open === 'server_tool_use' ? 'tool_use' : open;
      if (type !== wanted) errors.push(`a delta for ${wanted} in ${String(open)}`);
    } else if (event.name === 'content_block_stop') {
      if (open === null) errors.push('a stop without a block');
      open = null;
      next++;
    }
  }
  return errors;
}

/** What the official client makes of a stream. */
export async function readWithSdk(stream: string): Promise<Json> {
  const client = new Anthropic({
    apiKey: 'none',
    maxRetries: 0,
    fetch: async () =>
      new Response(stream, { headers: { 'content-type': 'text/event-stream; charset=utf-8' } }),
  });
  const message = await client.messages
    .stream({ model: 'any', max_tokens: 1, messages: [{ role: 'user', content: 'any' }] })
    .finalMessage();
  return message as unknown as Json;
}

/** What a request asks, in a form that compares: one way to write what may be written in several. */
export function meaningOf(body: Json): Json {
  const { messages, system, tools, tool_choice, stream, output_format, ...rest } = body;
  const choice = { ...(tool_choice as Json | undefined) };
  if (choice['disable_parallel_tool_use'] === false) delete choice['disable_parallel_tool_use'];
  const isDefault = Object.keys(choice).length === 0;
  const format = output_format !== undefined && {
    output_config: { format: sanitizedFormat(output_format) },
  };
  const config = rest['output_config'] as Json | undefined;
  if (config?.['format']) {
    rest['output_config'] = { ...config, format: sanitizedFormat(config['format']) };
  }
  return sorted({
    ...rest,
    ...format,
    ...(stream === true && { stream }),
    ...(!isDefault && { tool_choice: choice }),
    system: blocksOf(system ?? ''),
    ...(Array.isArray(tools) && tools.length > 0 && { tools: tools.map(toolOf) }),
    messages: mergedMessages(messages as Json[]),
  }) as Json;
}

function sanitizedFormat(format: unknown): Json {
  const { type, schema } = format as Json;
  return { type, schema: sanitizeSchema(schema as Json) };
}

function toolOf(tool: Json): Json {
  if (tool['type'] !== undefined && tool['type'] !== 'custom') return tool;
  const { type: _, cache_control, ...rest } = tool;
  return {
    ...rest,
    cached: Boolean(cache_control),
    input_schema: { properties: {}, ...(tool['input_schema'] as Json) },
  };
}

function mergedMessages(messages: readonly Json[]): Json[] {
  const merged: { role: unknown; content: Json[] }[] = [];
  for (const { role, content } of messages) {
    const last = merged.at(-1);
    if (last && last.role === role) last.content.push(...blocksOf(content));
    else merged.push({ role, content: blocksOf(content) });
  }
  return merged;
}

/** Without what says nothing: empty text, defaults in so many words. Citations cannot be sent back by the internal form. */
function blocksOf(content: unknown): Json[] {
  if (typeof content === 'string') return blocksOf([{ type: 'text', text: content }]);
  return (content as Json[]).flatMap(({ citations, is_error, cache_control, ...block }) => {
    if (block['type'] === 'text' && block['text'] === '') return [];
    const isDocument = block['type'] !== 'text' && citations;
    const result = block['type'] === 'tool_result' && { content: blocksOf(block['content']) };
    const isHour = (cache_control as Json | undefined)?.['ttl'] === '1h';
    return [
      {
        ...block,
        ...result,
        ...(isDocument ? { citations } : {}),
        ...(is_error === true && { is_error }),
        ...(cache_control ? { cache: isHour ? '1h' : '5m' } : {}),
      },
    ];
  });
}

/** The same, whatever order its members came in. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(members.map(([name, member]) => [name, sorted(member)]));
}
