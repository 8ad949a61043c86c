import type { Block, ConversationEvent, FinishReason } from '../conversation.js';
import type { TokenUsage } from '../token-usage.js';
import type { EncodingContext, StreamEncoder } from '../translation.js';
import { EventWriter, type StreamEventBody } from './event-writer.js';
import { failureCode } from './failure-code.js';
import { OpenItem } from './open-item.js';
import { itemKindOf, type OutputItem } from './output-items.js';
import {
  itemContext,
  outcomeOf,
  writeResponse,
  type Outcome,
  type ResponseBody,
  type ResponseState,
} from './response-object.js';

/** Writes the stream of a response. The protocol has one candidate only; others are left out. */
export class ResponsesStreamEncoder implements StreamEncoder {
  private readonly writer = new EventWriter();
  private readonly output: OutputItem[] = [];
  private open: OpenItem | null = null;
  /** The block being read has no form here. */
  private skips = false;
  private hasRefusal = false;
  private outcome: Outcome = { status: 'completed' };
  private createdAt: number | null = null;
  private usage: TokenUsage | null = null;

  constructor(private readonly context: EncodingContext) {}

  encode(event: ConversationEvent): string {
    if (event.type === 'ping') return ': ping\n\n';
    if ('candidate' in event && event.candidate !== 0) return '';
    return this.writer.write(this.eventsOf(event));
  }

  /** The whole response. Nothing follows an error. */
  end(): string {
    if (this.outcome.status === 'failed') return '';
    const events = this.closeItem();
    const type = `response.${this.outcome.status}` as const;
    return this.writer.write([...events, { type, response: this.response(this.outcome) }]);
  }

  private get current(): OpenItem | null {
    return this.skips ? null : this.open;
  }

  private eventsOf(
    event: Exclude<ConversationEvent, { type: 'ping' }>,
  ): readonly StreamEventBody[] {
    switch (event.type) {
      case 'start':
        return this.start(event.createdAt, event.usage);
      case 'block_start':
        return this.startBlock(event.block, event.index);
      case 'block_delta':
        return this.current?.grow(event.delta, event.index) ?? [];
      case 'block_end':
        return this.current?.endBlock() ?? [];
      case 'finish':
        return this.finish(event.reason);
      case 'usage':
        this.usage = event.usage;
        return [];
      case 'error':
        return this.fail(event.message, failureCode(event.words));
    }
  }

  private start(createdAt: number | null, usage: TokenUsage | null): StreamEventBody[] {
    this.createdAt = createdAt;
    const response = this.response({ status: 'in_progress' });
    this.usage = usage;
    return [
      { type: 'response.created', response },
      { type: 'response.in_progress', response },
    ];
  }

  private startBlock(block: Block, index: number): StreamEventBody[] {
    this.skips = itemKindOf(block) === null;
    if (this.skips) return [];
    this.hasRefusal ||= block.type === 'refusal';
    if (this.open?.takes(block)) return this.open.continueWith(block, index);
    const closed = this.closeItem();
    this.open = new OpenItem(block, this.output.length, itemContext(this.context));
    return [...closed, ...this.open.begin(index)];
  }

  private finish(reason: FinishReason): StreamEventBody[] {
    this.outcome = outcomeOf(reason, this.hasRefusal);
    return this.closeItem();
  }

  private closeItem(): StreamEventBody[] {
    if (this.open === null) return [];
    const isCut = this.outcome.status === 'incomplete';
    const { items, events } = this.open.finish(isCut ? 'incomplete' : 'completed');
    this.output.push(...items);
    this.open = null;
    return events;
  }

  private fail(message: string, code: string): StreamEventBody[] {
    this.outcome = { status: 'failed', code, message };
    return [
      { type: 'error', code, message, param: null },
      { type: 'response.failed', response: this.response(this.outcome) },
    ];
  }

  private response(outcome: ResponseState['outcome']): ResponseBody {
    const { context, createdAt, output, usage } = this;
    return writeResponse(context, { createdAt, outcome, output, usage });
  }
}
