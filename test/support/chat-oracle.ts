import { EventSplitter, parseEvent } from '../../src/protocols/sse.js';
import type { Recording } from './recordings.js';

/** What a recorded chat exchange says, read as simply as possible and by none of the code under test. */
export interface SaidChoice {
  text: string;
  thinking: string;
  refusal: string;
  calls: { id: string; name: string; arguments: string }[];
  finish: string | null;
}

export interface Said {
  choices: SaidChoice[];
  usage: Record<string, unknown> | null;
  hasError: boolean;
}

// oxlint-disable-next-line typescript/no-explicit-any -- every peer has a shape of its own
type Loose = any;

export function whatWasSaid({ stream, response }: Recording): Said {
  const said: Said = { choices: [], usage: null, hasError: false };
  if (stream) {
    for (const { data } of eventsOf(response.bytes)) {
      if (data !== null && data.trim() !== '[DONE]') hear(said, JSON.parse(data), true);
    }
  } else {
    hear(said, JSON.parse(response.bytes.toString('utf8') || '{}'), false);
  }
  // Some providers count blocks of other kinds as well when they number their calls.
  for (const choice of said.choices) choice.calls = choice.calls.filter(Boolean);
  return said;
}

export function eventsOf(bytes: Buffer, cut: () => number = () => bytes.length) {
  const splitter = new EventSplitter();
  const events: Buffer[] = [];
  for (let at = 0; at < bytes.length;) {
    const size = cut();
    events.push(...splitter.push(bytes.subarray(at, at + size)));
    at += size;
  }
  const rest = splitter.flush();
  if (rest !== null) events.push(rest);
  return events.map(parseEvent);
}

function hear(said: Said, body: Loose, isStream: boolean): void {
  if (body.error) said.hasError = true;
  said.usage = body.usage ?? body.x_groq?.usage ?? said.usage;
  for (const [position, choice] of (body.choices ?? []).entries()) {
    said.usage = choice.usage ?? said.usage;
    const at = choice.index ?? position;
    const heard = (said.choices[at] ??= {
      text: '',
      thinking: '',
      refusal: '',
      calls: [],
      finish: null,
    });
    hearDelta(heard, (isStream ? choice.delta : choice.message) ?? {});
    heard.finish = choice.finish_reason ?? heard.finish;
  }
}

function hearDelta(heard: SaidChoice, delta: Loose): void {
  const parts = Array.isArray(delta.content) ? delta.content : [];
  if (typeof delta.content === 'string') heard.text += delta.content;
  for (const part of parts) {
    if (part.type === 'text') heard.text += part.text;
    for (const thought of part.thinking ?? []) heard.thinking += thought.text;
  }
  const details = (delta.reasoning_details ?? []).map((d: Loose) => d.text ?? d.summary ?? '');
  heard.thinking += delta.reasoning_content || delta.reasoning || details.join('');
  heard.refusal += delta.refusal ?? '';
  if (delta.function_call) hearCall(heard, { index: 0, function: delta.function_call });
  for (const call of delta.tool_calls ?? []) hearCall(heard, call);
}

function hearCall(heard: SaidChoice, call: Loose): void {
  const at = call.index ?? heard.calls.length;
  const known = (heard.calls[at] ??= { id: '', name: '', arguments: '' });
  known.id ||= call.id ?? '';
  known.name ||= call.function?.name ?? '';
  known.arguments += call.function?.arguments ?? '';
}
