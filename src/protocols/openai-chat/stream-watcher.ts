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
    // Most events of an answer are deltas of text; a search is a tenth of the price of parsing one.
    if (this.begun && isPlain(event.toString('latin1'))) return 'content';
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
    if (!this.begun) return 0;
    const text = chunk.toString('latin1');
    return MATTERS.test(text) ? 0 : countPlainEvents(text, holdsObject);
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

/** Members that are there and not null, and the end. Raw names cannot stand inside a JSON string, where their quotes would be escaped. */
const MATTERS = /"(?:finish_reason|usage)"[: ]*[^: n]|"error"|\[DONE\]/;

function isPlain(event: string): boolean {
  return holdsObject(event, 0) && !MATTERS.test(event);
}

/** `data: {` and `data:{`; comments, terminators and pages of HTML are none. */
function holdsObject(text: string, start: number): boolean {
  return text.startsWith('data: {', start) || text.startsWith('data:{', start);
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
