import type { ConversationEvent, ConversationRequest } from '../conversation.js';
import { errorText, readProviderError } from '../provider-error.js';
import { RepeatingJson } from '../repeating-json.js';
import { MalformedAnswerError, type StreamDecoder } from '../translation.js';
import { readStopReason } from './finish-reason.js';
import { OpenBlock } from './open-block.js';
import { answerShape } from './read-answer-block.js';
import type { JsonObject } from './shape-reader.js';
import { ToolNames } from './tool-names.js';
import { mergeAnthropicUsage, readAnthropicUsage, type AnthropicUsage } from './usage.js';

/** Reads a stream of message events. What it does not know it ignores: events may be added at any time. */
export class AnthropicStreamDecoder implements StreamDecoder {
  finished = false;
  private failed = false;
  private id: string | null = null;
  private open: OpenBlock | null = null;
  private nextIndex = 0;
  private usage: AnthropicUsage = {};
  private stopReason: unknown = null;
  private stopSequence: string | null = null;
  private hasToolUse = false;
  private readonly names: ToolNames;
  private readonly json = new RepeatingJson();

  /** @param request the one it answers, for the client's own names of its tools */
  constructor(request: Pick<ConversationRequest, 'tools'> | null = null) {
    this.names = new ToolNames(request);
  }

  push(data: string, name: string): ConversationEvent[] {
    // Compatible servers put OpenAI's terminator, or a second message, behind the protocol's end.
    if (this.finished || this.failed) return [];
    const event = answerShape.object(this.parse(data), 'event');
    switch (event['type'] ?? name) {
      case 'message_start':
        return this.start(event);
      case 'content_block_start':
        return this.startBlock(event);
      case 'content_block_delta':
        return this.grow(event);
      case 'content_block_stop':
        return this.closeBlock();
      case 'message_delta':
        return this.update(event);
      case 'message_stop':
        return this.stop();
      case 'ping':
        return [{ type: 'ping' }];
      case 'error':
        return this.fail(event, data);
      default:
        return [];
    }
  }

  end(): ConversationEvent[] {
    return [];
  }

  private start(event: JsonObject): ConversationEvent[] {
    const message = answerShape.object(event['message'], 'message');
    const id = answerShape.optional(message['id'], 'message.id', answerShape.string) ?? '';
    if (this.id !== null) {
      // A repeated start is harmless. Another message's is not: a peer lost its upstream and began again in the same stream,
      // and what came before belongs to an answer that was never finished.
      if (this.id === id && this.nextIndex === 0 && this.open === null) return [];
      throw new MalformedAnswerError('a second message begins before the first has ended');
    }
    this.id = id;
    const usage = answerShape.optional(message['usage'], 'message.usage', answerShape.object);
    this.usage = usage ?? {};
    const model = answerShape.optional(message['model'], 'message.model', answerShape.string);
    return [
      {
        type: 'start',
        id,
        model: model ?? '',
        createdAt: null,
        usage: usage && readAnthropicUsage(usage),
      },
    ];
  }

  private startBlock(event: JsonObject): ConversationEvent[] {
    this.requireStart();
    const closed = this.closeBlock();
    const value = answerShape.object(event['content_block'], 'content_block');
    this.open = new OpenBlock(value, this.nextIndex, this.names);
    if (this.open.isToolUse) this.hasToolUse = true;
    return [...closed, ...this.open.start()];
  }

  private grow(event: JsonObject): ConversationEvent[] {
    if (!this.open) throw new MalformedAnswerError('a block grows before it has begun');
    return this.open.grow(answerShape.object(event['delta'], 'delta'));
  }

  private closeBlock(): ConversationEvent[] {
    const events = this.open?.end() ?? [];
    if (this.open) this.nextIndex++;
    this.open = null;
    return events;
  }

  private update(event: JsonObject): ConversationEvent[] {
    this.requireStart();
    const delta = answerShape.optional(event['delta'], 'delta', answerShape.object) ?? {};
    this.stopReason = delta['stop_reason'] ?? this.stopReason;
    this.stopSequence =
      answerShape.optional(delta['stop_sequence'], 'delta.stop_sequence', answerShape.string) ??
      this.stopSequence;
    const usage = answerShape.optional(event['usage'], 'usage', answerShape.object);
    if (!usage) return [];
    this.usage = mergeAnthropicUsage(this.usage, usage);
    return [{ type: 'usage', usage: readAnthropicUsage(this.usage) }];
  }

  private stop(): ConversationEvent[] {
    this.requireStart();
    const closed = this.closeBlock();
    this.finished = true;
    const reason = readStopReason(this.stopReason, this.hasToolUse);
    return [...closed, { type: 'finish', candidate: 0, reason, stopSequence: this.stopSequence }];
  }

  private fail(event: JsonObject, data: string): ConversationEvent[] {
    this.failed = true;
    const read = readProviderError(Buffer.from(data));
    const message = read?.message ?? errorText(event['error']);
    return [{ type: 'error', message, words: read?.words ?? [] }];
  }

  private parse(data: string): unknown {
    try {
      return this.json.parse(data);
    } catch (cause) {
      throw new MalformedAnswerError('an event is not JSON', { cause });
    }
  }

  private requireStart(): void {
    if (this.id === null) throw new MalformedAnswerError('the message has not begun');
  }
}
