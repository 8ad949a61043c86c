import type { Block, BlockDelta, ConversationEvent, ToolUseBlock } from '../conversation.js';
import { MalformedAnswerError } from '../translation.js';
import { asObject } from './json-values.js';

/** A block on its way to the client. */
export interface QueuedBlock {
  block: Block;
  /** Everything it has got so far: text, or the arguments of a call. */
  text: string;
  /** False while a call has no id or name yet. */
  ready: boolean;
  /** Nothing may be appended: a signed thought ends with its signature. */
  sealed: boolean;
  /** A free-text tool that went out as a function of one `input`. */
  readonly wrapped: boolean;
  state: 'waiting' | 'open' | 'closed';
  readonly waiting: BlockDelta[];
  /** Length of the text when it was last found incomplete. */
  checkedLength: number;
}

/**
 * Lines up the blocks of one candidate. Only one block is open at a time: OpenAI's parallel calls may come interleaved, so
 * the first one streams and the others wait until its arguments are whole.
 */
export class BlockQueue {
  private readonly queue: QueuedBlock[] = [];
  private events: ConversationEvent[] = [];
  private nextIndex = 0;

  constructor(private readonly candidate: number) {}

  get last(): QueuedBlock | undefined {
    return this.queue.at(-1);
  }

  /** The index of the open block, or of the last one; null before the first. */
  get currentIndex(): number | null {
    return this.nextIndex === 0 ? null : this.nextIndex - 1;
  }

  lastText(): QueuedBlock | undefined {
    return this.queue.findLast(({ block }) => block.type === 'text');
  }

  add(block: Block, { ready = true, wrapped = false } = {}): QueuedBlock {
    const entry: QueuedBlock = {
      block,
      text: '',
      ready,
      sealed: false,
      wrapped,
      state: 'waiting',
      waiting: [],
      checkedLength: -1,
    };
    this.queue.push(entry);
    return entry;
  }

  append(entry: QueuedBlock, delta: BlockDelta): void {
    if (entry.state === 'closed') {
      if (delta.type === 'arguments' && delta.text.trim() === '') return;
      throw new MalformedAnswerError(`a ${delta.type} delta follows the end of its block`);
    }
    if (delta.type === 'text' || delta.type === 'arguments') entry.text += delta.text;
    if (entry.state === 'open' && !entry.wrapped) this.emitDelta(delta);
    else if (!(entry.wrapped && delta.type === 'arguments')) entry.waiting.push(delta);
  }

  /** Log probabilities belong to a moment, not to a block. */
  appendAside(delta: BlockDelta): void {
    const index = this.currentIndex;
    if (index !== null) {
      this.events.push({ type: 'block_delta', candidate: this.candidate, index, delta });
    }
  }

  /** Opens and closes what may be, and hands over the events. */
  settle(): ConversationEvent[] {
    for (let head = this.queue[0]; head !== undefined; head = this.queue[0]) {
      if (head.state === 'waiting') {
        if (!head.ready) break;
        this.open(head);
      }
      if (this.queue.length === 1 || !isComplete(head)) break;
      this.close(head);
    }
    return this.drain();
  }

  /** Opens and closes everything that is worth it. */
  closeAll(): ConversationEvent[] {
    for (let head = this.queue[0]; head !== undefined; head = this.queue[0]) {
      if (head.ready && head.state === 'waiting') this.open(head);
      this.close(head);
    }
    return this.drain();
  }

  private open(entry: QueuedBlock): void {
    const index = this.nextIndex++;
    entry.state = 'open';
    const { candidate } = this;
    this.events.push({ type: 'block_start', candidate, index, block: entry.block });
    for (const delta of entry.waiting) this.emitDelta(delta);
  }

  private close(entry: QueuedBlock): void {
    this.queue.shift();
    const wasOpen = entry.state === 'open';
    entry.state = 'closed';
    if (!wasOpen) return;
    if (entry.wrapped) this.emitDelta({ type: 'arguments', text: unwrapped(entry.text) });
    const index = this.nextIndex - 1;
    this.events.push({ type: 'block_end', candidate: this.candidate, index });
  }

  private emitDelta(delta: BlockDelta): void {
    const index = this.nextIndex - 1;
    this.events.push({ type: 'block_delta', candidate: this.candidate, index, delta });
  }

  private drain(): ConversationEvent[] {
    const { events } = this;
    this.events = [];
    return events;
  }
}

/** Whether nothing but spaces could still come; only calls can be continued behind others. */
function isComplete(entry: QueuedBlock): boolean {
  if (entry.block.type !== 'tool_use') return true;
  if (entry.block.kind === 'custom' && !entry.wrapped) return false;
  if (entry.checkedLength === entry.text.length) return false;
  entry.checkedLength = entry.text.length;
  return isJsonObject(entry.text);
}

function isJsonObject(text: string): boolean {
  if (!text.trimEnd().endsWith('}')) return false;
  try {
    return asObject(JSON.parse(text)) !== null;
  } catch {
    return false;
  }
}

/** What a model that does not keep to the form wrote is still what it meant. */
function unwrapped(argumentsText: string): string {
  try {
    const input = asObject(JSON.parse(argumentsText))?.['input'];
    return typeof input === 'string' ? input : argumentsText;
  } catch {
    return argumentsText;
  }
}

export function isCall(entry: QueuedBlock): entry is QueuedBlock & { block: ToolUseBlock } {
  return entry.block.type === 'tool_use';
}
