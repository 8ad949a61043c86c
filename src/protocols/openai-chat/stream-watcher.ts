import { errorText } from '../provider-error.js';
import { countPlainEvents, parseEvent } from '../sse.js';
import type { EventMeaning, StreamWatcher } from '../stream-watcher.js';
import type { TokenUsage } from '../token-usage.js';
import { asObject, objectsIn } from './json-values.js';
import { readOpenAiUsage, type OpenAiUsage } from './usage.js';

interface Chunk {
  choices?: unknown;
  usage?: unknown;
  error?: unknown;
}

interface Choice {
  delta?: Record<string, unknown> | null;
  /** /v1/completions. */
  text?: string | null;
  finish_reason?: string | null;
}

/** Watches a stream of chat completion or completion chunks. */
export class OpenAiStreamWatcher implements StreamWatcher {
  usage: TokenUsage | null = null;
  finished = false;
  errorMessage: string | null = null;
  private begun = false;

  read(event: Buffer): EventMeaning {
    // Most events of an answer are deltas of text; three searches are a tenth of the price of parsing one.
    if (this.begun && !mayMatter(event)) return 'content';
    const { data } = parseEvent(event);
    if (data === null) return this.begun ? 'content' : 'prelude';
    if (data.trim() === '[DONE]') {
      this.finished = true;
      this.begun = true;
      return 'content';
    }
    const chunk = parseChunk(data);
    if (chunk === null) return 'error';
    return this.readChunk(chunk);
  }

  countPlain(chunk: Buffer): number {
    if (!this.begun || mayMatter(chunk)) return 0;
    return countPlainEvents(chunk, holdsObject);
  }

  private readChunk(chunk: Chunk): EventMeaning {
    if (chunk.error) {
      this.errorMessage = errorText(chunk.error);
      return 'error';
    }
    const usage = asObject(chunk.usage);
    if (usage !== null) this.usage = readOpenAiUsage(usage as OpenAiUsage);
    const choices = objectsIn(chunk.choices) as Choice[];
    if (choices.some(({ finish_reason }) => finish_reason)) this.finished = true;
    if (choices.length === 0 && usage !== null) return 'usage';
    if (this.begun || choices.some(hasContent)) {
      this.begun = true;
      return 'content';
    }
    return 'prelude';
  }
}

/** Raw names cannot stand inside a JSON string, where their quotes would be escaped. */
const USAGE = Buffer.from('"usage"');
const FINISH = Buffer.from('"finish_reason"');
const ERROR = Buffer.from('"error"');
const DONE = Buffer.from('[DONE]');

function mayMatter(event: Buffer): boolean {
  return (
    !holdsObject(event, 0) ||
    hasValue(event, FINISH) ||
    hasValue(event, USAGE) ||
    event.includes(ERROR) ||
    event.includes(DONE)
  );
}

/** `data: {` and `data:{`; comments, terminators and pages of HTML are none. */
function holdsObject(bytes: Buffer, start: number): boolean {
  return bytes[start] === 0x64 && bytes[start + (bytes[start + 5] === 0x20 ? 6 : 5)] === 0x7b;
}

/** Whether the member is there and not null: in one event, or in any of several. */
function hasValue(events: Buffer, name: Buffer): boolean {
  for (let at = events.indexOf(name); at !== -1; at = events.indexOf(name, at)) {
    at += name.length;
    // Colon and spaces, in any order a serialiser could have written them.
    while (events[at] === 0x3a || events[at] === 0x20) at++;
    if (events[at] !== 0x6e) return true;
  }
  return false;
}

function parseChunk(data: string): Chunk | null {
  try {
    const value = JSON.parse(data) as unknown;
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}

/** A role, an empty string and null are what providers open with; everything else is somebody's answer. */
function hasContent({ delta, text, finish_reason }: Choice): boolean {
  if (finish_reason || text) return true;
  return Object.entries(delta ?? {}).some(
    ([name, value]) =>
      name !== 'role' && value !== null && value !== '' && !(Array.isArray(value) && !value.length),
  );
}
