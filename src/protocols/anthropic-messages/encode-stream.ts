import type { Block, BlockDelta, ConversationEvent, FinishReason } from '../conversation.js';
import { formatEvent } from '../sse.js';
import { NO_USAGE, type TokenUsage } from '../token-usage.js';
import type { EncodingContext, StreamEncoder } from '../translation.js';
import { anthropicStreamError } from './encode-error.js';
import { messageId } from './encode-answer.js';
import { writeStopReason } from './finish-reason.js';
import { BlockWriter, type BlockEvent } from './block-writer.js';
import type { JsonObject } from './shape-reader.js';
import { ToolIds } from './tool-ids.js';
import { writeAnthropicUsage } from './write-usage.js';

/**
 * Writes a stream of message events. The end of the message is held back until `end()`, because the final usage may come
 * behind the finish reason and nothing may come behind `message_delta`.
 */
export class AnthropicStreamEncoder implements StreamEncoder {
  private usage: TokenUsage = NO_USAGE;
  private finish: { reason: FinishReason; stopSequence: string | null } | null = null;
  private readonly ids = new ToolIds();
  private writer: BlockWriter | null = null;
  private started = false;
  private failed = false;
  private nextIndex = 0;
  /** The open block's number in the answer. A citation that comes behind the end of its block has no place any more. */
  private openIndex = -1;
  private hasToolUse = false;
  private hasRefusal = false;

  constructor(private readonly context: EncodingContext) {}

  encode(event: ConversationEvent): string {
    // The protocol knows one answer.
    if (this.failed || ('candidate' in event && event.candidate !== 0)) return '';
    switch (event.type) {
      case 'start':
        this.usage = event.usage ?? this.usage;
        return this.start();
      case 'block_start':
        if (event.block.type === 'tool_use') this.hasToolUse = true;
        if (event.block.type === 'refusal') this.hasRefusal = true;
        return this.openBlock(event.block, event.index);
      case 'block_delta':
        return event.index === this.openIndex ? this.grow(event.delta) : '';
      case 'block_end':
        return this.closeBlock();
      case 'finish':
        this.finish = event;
        return '';
      case 'usage':
        this.usage = event.usage;
        return '';
      case 'ping':
        return write({ type: 'ping' });
      case 'error':
        this.failed = true;
        return write({ type: 'error', error: anthropicStreamError(event), request_id: null });
    }
  }

  end(): string {
    if (this.failed) return '';
    const head = this.start() + this.closeBlock();
    const { reason, stopSequence } = this.finish ?? { reason: 'stop', stopSequence: null };
    const { hasToolUse, hasRefusal } = this;
    const delta = {
      stop_reason: writeStopReason(reason, { hasToolUse, hasRefusal }),
      stop_sequence: stopSequence,
    };
    const usage = writeAnthropicUsage(this.usage);
    return head + write({ type: 'message_delta', delta, usage }) + write({ type: 'message_stop' });
  }

  /** Once, whatever comes first: some answers have no start of their own. */
  private start(): string {
    if (this.started) return '';
    this.started = true;
    const message = {
      id: messageId(this.context.id),
      type: 'message',
      role: 'assistant',
      model: this.context.requestedModel,
      content: [],
      stop_reason: null,
      stop_sequence: null,
      usage: writeAnthropicUsage(this.usage),
    };
    return write({ type: 'message_start', message });
  }

  private openBlock(block: Block, index: number): string {
    this.openIndex = index;
    const head = this.start() + this.closeBlock();
    this.writer = new BlockWriter(block, this.ids);
    return head + this.written(this.writer.start());
  }

  private grow(delta: BlockDelta): string {
    return this.writer ? this.written(this.writer.grow(delta)) : '';
  }

  private closeBlock(): string {
    const text = this.writer ? this.written(this.writer.end()) : '';
    this.writer = null;
    return text;
  }

  /** The client's numbers run over what it gets to see: blocks that stay empty have none. */
  private written(events: readonly BlockEvent[]): string {
    let text = '';
    for (const event of events) {
      text += writeOfBlock(event, this.nextIndex);
      if (event.type === 'content_block_stop') this.nextIndex++;
    }
    return text;
  }
}

/** Nearly all events of a stream are deltas: only what is in them is not the same every time. */
function writeOfBlock(event: BlockEvent, index: number): string {
  if (event.type !== 'content_block_delta') return write({ ...event, index });
  const delta = writeDelta(event['delta'] as JsonObject);
  return `event: content_block_delta\ndata: {"type":"content_block_delta","index":${index},"delta":${delta}}\n\n`;
}

function writeDelta(delta: JsonObject): string {
  return delta['type'] === 'text_delta'
    ? `{"type":"text_delta","text":${JSON.stringify(delta['text'])}}`
    : JSON.stringify(delta);
}

function write(event: { type: string } & Record<string, unknown>): string {
  return formatEvent(JSON.stringify(event), event.type);
}
