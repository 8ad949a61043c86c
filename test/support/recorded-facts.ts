import type { Recording } from './recordings.js';

/** What a recorded answer says, read independently of the gateway's own decoders. */
export interface RecordedFacts {
  text: string;
  tools: { id: string | null; name: string; arguments: unknown }[];
  /** Words in the place of a refusal, which other protocols call a reason to stop. */
  isRefusal: boolean;
  /** As coarse as every protocol can say it. */
  finish: 'stop' | 'length' | 'tool' | 'filter' | 'pause' | null;
  /** Whole prompt and whole output; null when the provider counts nothing. */
  usage: { input: number; output: number } | null;
}

/** Calls that were cut by the length are no calls. */
function finishOf(
  tools: readonly unknown[],
  reason: RecordedFacts['finish'],
): RecordedFacts['finish'] {
  return tools.length && reason !== 'length' && reason !== null ? 'tool' : reason;
}

type Json = Record<string, any>; // oxlint-disable-line typescript/no-explicit-any

export function factsOf(recording: Recording): RecordedFacts {
  const documents = recording.stream
    ? eventsOf(recording)
    : [JSON.parse(recording.response.bytes.toString())];
  if (recording.api.startsWith('anthropic')) return ofAnthropic(documents, recording.stream);
  if (recording.api.startsWith('gemini')) return ofGemini(documents);
  return ofOpenAi(documents);
}

function eventsOf({ response }: Recording): Json[] {
  return response.bytes
    .toString('utf8')
    .split(/\r?\n\r?\n/)
    .map((event) =>
      event
        .split(/\r?\n/)
        .filter((line) => line.startsWith('data:'))
        .map((line) => line.slice(5).trim())
        .join('\n'),
    )
    .filter((data) => data.startsWith('{'))
    .map((data) => JSON.parse(data) as Json);
}

export function looseJson(text: string): unknown {
  try {
    return JSON.parse(text || '{}');
  } catch {
    return { _raw: text };
  }
}

function ofOpenAi(documents: readonly Json[]): RecordedFacts {
  let text = '';
  let wholeText = '';
  let isRefusal = false;
  let finish: string | null = null;
  let usage: Json | null = null;
  const tools = new Map<string, { id: string | null; name: string; text: string }>();
  let lastTool = '';
  for (const document of documents) {
    usage = document['usage'] ?? document['x_groq']?.usage ?? usage;
    const choice = (document['choices'] ?? []).find((one: Json) => (one['index'] ?? 0) === 0);
    if (!choice) continue;
    const part: Json = choice.delta ?? choice.message ?? {};
    const { content } = part;
    if (typeof content === 'string') text += content;
    else if (Array.isArray(content)) {
      for (const piece of content) if (piece.type === 'text') text += piece.text;
    }
    // Other protocols have no place of their own for these two.
    if (part['refusal']) isRefusal = true;
    if (choice.delta) wholeText = choice.message?.content ?? wholeText;
    text += part['refusal'] ?? '';
    text += part['audio']?.transcript ?? '';
    const legacy = part['function_call'];
    if (legacy) {
      const tool = tools.get('legacy') ?? { id: null, name: '', text: '' };
      tool.name ||= legacy.name ?? '';
      tool.text += legacy.arguments ?? '';
      tools.set('legacy', tool);
    }
    for (const [position, call] of (part['tool_calls'] ?? []).entries()) {
      const isNew = Boolean(
        call.id && !tools.has(`${call.index ?? ''}${call.id}`) && call.function?.name,
      );
      const known = [...tools.keys()].find(
        (one) => call.index !== undefined && one.startsWith(`#${call.index}:`),
      );
      let key =
        call.index === undefined
          ? isNew
            ? `@${call.id}`
            : lastTool
          : (known ?? `#${call.index}:`);
      if (call.index === undefined && !choice.delta) key = `@${position}`;
      const tool = tools.get(key) ?? { id: null, name: '', text: '' };
      tool.id ??= call.id ?? null;
      tool.name ||= call.function?.name ?? call.custom?.name ?? '';
      tool.text += call.function?.arguments ?? call.custom?.input ?? '';
      tools.set(key, tool);
      lastTool = key;
    }
    finish = choice.finish_reason ?? finish;
  }
  const found = [...tools.values()].map(({ id, name, text: raw }) => ({
    id,
    name,
    arguments: looseJson(raw),
  }));
  return {
    // Perplexity repeats the whole text beside its deltas, and sometimes only there.
    text: text || wholeText,
    isRefusal,
    tools: found,
    finish: finishOf(found, openAiFinish(finish)),
    usage: usage && openAiUsage(usage),
  };
}

function openAiUsage(usage: Json): { input: number; output: number } {
  const input = usage['prompt_tokens'] ?? 0;
  const output = usage['completion_tokens'] ?? 0;
  const reasoning = usage['completion_tokens_details']?.reasoning_tokens ?? 0;
  const audio = usage['prompt_tokens_details']?.audio_tokens ?? 0;
  // Some count these within, some on top of the rest: the total tells.
  const isOnTop = (part: number): boolean =>
    part > 0 && usage['total_tokens'] === input + output + part;
  return {
    input: isOnTop(audio) ? input + audio : input,
    output: isOnTop(reasoning) ? output + reasoning : output,
  };
}

function openAiFinish(reason: string | null): RecordedFacts['finish'] {
  if (reason === null) return null;
  if (reason === 'length' || reason === 'insufficient_system_resource') return 'length';
  return reason === 'content_filter' ? 'filter' : 'stop';
}

function ofAnthropic(documents: readonly Json[], isStream: boolean): RecordedFacts {
  let text = '';
  let stop: string | null = null;
  let usage: Json | null = null;
  const blocks: { id: string; name: string; text: string }[] = [];
  const byIndex = new Map<number, (typeof blocks)[number]>();
  const open = (block: Json, index: number): void => {
    if (block['type'] === 'text') text += block['text'];
    if (block['type'] !== 'tool_use') return;
    const input = block['input'] as Json | undefined;
    const tool = {
      id: block['id'],
      name: block['name'],
      text: input && Object.keys(input).length ? JSON.stringify(input) : '',
    };
    byIndex.set(index, tool);
    blocks.push(tool);
  };
  for (const document of documents) {
    if (!isStream) {
      for (const [index, block] of document['content'].entries()) open(block, index);
      ({ stop_reason: stop, usage } = document as { stop_reason: string; usage: Json });
      continue;
    }
    if (document['type'] === 'message_start') usage = document['message'].usage;
    if (document['type'] === 'content_block_start')
      open(document['content_block'], document['index']);
    if (document['type'] === 'content_block_delta') {
      const { delta } = document;
      if (delta.type === 'text_delta') text += delta.text;
      if (delta.type === 'input_json_delta') {
        const tool = byIndex.get(document['index']);
        if (tool) tool.text += delta.partial_json;
      }
    }
    if (document['type'] === 'message_delta') {
      stop = document['delta'].stop_reason ?? stop;
      const present = Object.entries(document['usage'] ?? {}).filter(([, value]) => value !== null);
      usage = { ...usage, ...Object.fromEntries(present) };
    }
  }
  const tools = blocks.map(({ id, name, text: raw }) => ({ id, name, arguments: looseJson(raw) }));
  return {
    text,
    isRefusal: false,
    tools,
    finish: finishOf(tools, anthropicFinish(stop)),
    usage: usage && anthropicUsage(usage),
  };
}

function anthropicUsage(usage: Json): { input: number; output: number } {
  const { input_tokens, cache_read_input_tokens, cache_creation_input_tokens, output_tokens } =
    usage;
  return {
    input:
      (input_tokens ?? 0) + (cache_read_input_tokens ?? 0) + (cache_creation_input_tokens ?? 0),
    output: output_tokens ?? 0,
  };
}

function anthropicFinish(reason: string | null): RecordedFacts['finish'] {
  if (reason === null) return null;
  if (reason === 'max_tokens' || reason === 'model_context_window_exceeded') return 'length';
  if (reason === 'refusal') return 'filter';
  return reason === 'pause_turn' ? 'pause' : 'stop';
}

const BLOCKED = /SAFETY|BLOCKLIST|PROHIBITED|SPII|RECITATION|MODEL_ARMOR|IMAGE_/;

function ofGemini(documents: readonly Json[]): RecordedFacts {
  let text = '';
  let reason: string | null = null;
  let usage: Json | null = null;
  const tools: RecordedFacts['tools'] = [];
  for (const document of documents) {
    usage = document['usageMetadata'] ?? usage;
    const candidate = (document['candidates'] ?? []).find((one: Json) => (one['index'] ?? 0) === 0);
    if (!candidate && document['promptFeedback']?.blockReason) reason = 'SAFETY';
    for (const part of candidate?.content?.parts ?? []) {
      if (typeof part.text === 'string' && !part.thought) text += part.text;
      if (part.functionCall?.name) {
        tools.push({
          id: part.functionCall.id ?? null,
          name: part.functionCall.name,
          arguments: part.functionCall.args ?? {},
        });
      }
    }
    reason = candidate?.finishReason ?? reason;
  }
  const finish = reason === null ? null : geminiFinish(String(reason));
  return {
    text,
    isRefusal: false,
    tools,
    finish: finishOf(tools, finish),
    usage: usage && geminiUsage(usage),
  };
}

function geminiFinish(reason: string): RecordedFacts['finish'] {
  if (BLOCKED.test(reason)) return 'filter';
  return reason === 'MAX_TOKENS' ? 'length' : 'stop';
}

function geminiUsage(usage: Json): { input: number; output: number } {
  const { promptTokenCount, toolUsePromptTokenCount, candidatesTokenCount, thoughtsTokenCount } =
    usage;
  return {
    input: (promptTokenCount ?? 0) + (toolUsePromptTokenCount ?? 0),
    output: (candidatesTokenCount ?? 0) + (thoughtsTokenCount ?? 0),
  };
}
