import { errorText } from '../provider-error.js';
import { countPlainEvents, parseEvent } from '../sse.js';
import type { EventMeaning, StreamWatcher } from '../stream-watcher.js';
import type { JsonObject } from '../read-json.js';
import { NO_USAGE, type TokenUsage } from '../token-usage.js';
import { readResponsesUsage, type ResponsesUsage } from './read-usage.js';
import { asServerTools, isWebSearch } from './web-searches.js';

interface WatchedEvent {
  type?: string;
  item?: { type?: string };
  response?: JsonObject & { usage?: ResponsesUsage | null; error?: unknown };
  error?: unknown;
  message?: unknown;
}

/** Lifecycle and empty frames. The large ones among them repeat the whole request: they are not worth parsing. */
const PRELUDE: ReadonlySet<string> = new Set([
  '',
  'response.queued',
  'response.created',
  'response.in_progress',
  'response.content_part.added',
  'response.reasoning_summary_part.added',
]);

const FINAL: ReadonlySet<string> = new Set([
  'response.completed',
  'response.incomplete',
  'response.failed',
]);

/** Items that open empty and grow by deltas; the start of any other one already says something. */
const EMPTY_AT_START: ReadonlySet<unknown> = new Set(['message', 'reasoning']);

/** Watches a stream of response events. */
export class ResponsesStreamWatcher implements StreamWatcher {
  usage: TokenUsage | null = null;
  finished = false;
  errorMessage: string | null = null;
  private begun = false;
  private searches = 0;

  read(event: Buffer): EventMeaning {
    if (this.begun && isDelta(event.toString('latin1', 0, MAX_NAME_LINE), 0)) return 'content';
    const { name, data } = parseEvent(event);
    if (data === null || this.finished || PRELUDE.has(name || typeOf(data))) return this.meaning();
    const parsed = parseObject(data);
    if (parsed === null) return 'error';
    return this.readEvent(name || (parsed.type ?? ''), parsed);
  }

  countPlain(chunk: Buffer): number {
    return this.begun ? countPlainEvents(chunk.toString('latin1'), isDelta) : 0;
  }

  private readEvent(name: string, event: WatchedEvent): EventMeaning {
    if (name === 'error') {
      this.errorMessage = errorText(event.error ?? event);
      return 'error';
    }
    if (FINAL.has(name)) return this.readEnd(name, event);
    if (name === 'response.output_item.done' && isWebSearch(event.item)) this.searched();
    if (name !== 'response.output_item.added' || !EMPTY_AT_START.has(event.item?.type)) {
      this.begun = true;
    }
    return this.meaning();
  }

  private readEnd(name: string, { response }: WatchedEvent): EventMeaning {
    this.finished = true;
    this.usage = response?.usage
      ? readResponsesUsage(response.usage, (member) => response[member])
      : null;
    if (name === 'response.failed') {
      this.errorMessage ??= errorText(response?.error);
      if (!this.begun) return 'error';
    }
    this.begun = true;
    return 'content';
  }

  /** All that is known of the usage before the end. */
  private searched(): void {
    this.usage = { ...NO_USAGE, ...asServerTools(++this.searches) };
  }

  private meaning(): EventMeaning {
    return this.begun ? 'content' : 'prelude';
  }
}

const MAX_NAME_LINE = 128;

/** Nearly all events of an answer are deltas: their first line tells, without parsing. */
function isDelta(text: string, start: number): boolean {
  if (!text.startsWith('event: response.', start)) return false;
  const lineEnd = text.indexOf('\n', start);
  return lineEnd !== -1 && text.startsWith('.delta', lineEnd - '.delta'.length);
}

/** For servers that leave the `event:` line out; those that have it repeat it here. */
function typeOf(data: string): string {
  return parseObject(data)?.type ?? 'unnamed';
}

function parseObject(data: string): WatchedEvent | null {
  try {
    const value = JSON.parse(data) as unknown;
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}
