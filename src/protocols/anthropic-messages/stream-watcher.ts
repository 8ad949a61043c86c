import { errorText } from '../provider-error.js';
import { countPlainEvents, parseEvent } from '../sse.js';
import type { EventMeaning, StreamWatcher } from '../stream-watcher.js';
import type { TokenUsage } from '../token-usage.js';
import { mergeAnthropicUsage, readAnthropicUsage, type AnthropicUsage } from './usage.js';

interface AnthropicEvent {
  type?: string;
  message?: { usage?: AnthropicUsage };
  content_block?: { type?: string };
  usage?: AnthropicUsage;
  error?: unknown;
}

/** Blocks that open empty; the start of any other block already says something. */
const EMPTY_AT_START = new Set(['text', 'thinking']);

/** Watches a stream of message events. */
export class AnthropicStreamWatcher implements StreamWatcher {
  finished = false;
  errorMessage: string | null = null;
  private begun = false;
  private latest: AnthropicUsage | null = null;

  get usage(): TokenUsage | null {
    return this.latest && readAnthropicUsage(this.latest);
  }

  read(event: Buffer): EventMeaning {
    if (this.begun && isDelta(event.toString('latin1', 0, DELTA.length), 0)) return 'content';
    const { data } = parseEvent(event);
    // Compatible servers put OpenAI's terminator, or their own words, behind the protocol's end.
    if (data === null || this.finished) return this.meaning();
    let parsed: AnthropicEvent;
    try {
      parsed = JSON.parse(data) as AnthropicEvent;
    } catch {
      return 'error';
    }
    return this.readEvent(parsed);
  }

  countPlain(chunk: Buffer): number {
    return this.begun ? countPlainEvents(chunk.toString('latin1'), isDelta) : 0;
  }

  private readEvent(event: AnthropicEvent): EventMeaning {
    switch (event.type) {
      case 'message_start':
        this.latest = event.message?.usage ?? null;
        break;
      case 'content_block_start':
        if (!EMPTY_AT_START.has(event.content_block?.type ?? 'text')) this.begun = true;
        break;
      case 'content_block_delta':
        this.begun = true;
        break;
      case 'message_delta':
        this.begun = true;
        this.latest = mergeAnthropicUsage(this.latest ?? {}, event.usage ?? {});
        break;
      case 'message_stop':
        this.begun = true;
        this.finished = true;
        break;
      case 'error':
        this.errorMessage = errorText(event.error);
        return 'error';
    }
    return this.meaning();
  }

  private meaning(): EventMeaning {
    return this.begun ? 'content' : 'prelude';
  }
}

const DELTA = 'event: content_block_delta';

function isDelta(text: string, start: number): boolean {
  return text.startsWith(DELTA, start);
}
