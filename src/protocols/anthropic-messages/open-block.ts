import type { Block, BlockDelta, ConversationEvent } from '../conversation.js';
import { MalformedAnswerError } from '../translation.js';
import { answerShape, readAnswerBlock, signedHere } from './read-answer-block.js';
import { readCitation } from './read-citation.js';
import { isObject, type JsonObject } from './shape-reader.js';
import { toolInput } from './tool-arguments.js';
import type { ToolNames } from './tool-names.js';

/** The block of a stream that is growing. */
export class OpenBlock {
  private readonly block: Block;
  private readonly isCustom: boolean;
  private arguments = '';
  private readonly merged: JsonObject = {};

  constructor(
    value: JsonObject,
    private readonly index: number,
    private readonly names: ToolNames,
  ) {
    const block = readAnswerBlock(value, 'content_block');
    this.block = block;
    this.isCustom = block.type === 'tool_use' && names.restore(block).kind === 'custom';
  }

  get isToolUse(): boolean {
    return this.block.type === 'tool_use';
  }

  start(): ConversationEvent[] {
    const { block } = this;
    switch (block.type) {
      case 'text':
        return [
          this.started({ type: 'text', text: '' }),
          ...this.text(block.text),
          ...(block.citations ?? []).map((citation) => this.delta({ type: 'citation', citation })),
        ];
      case 'thinking':
        return [
          this.started({ type: 'thinking', text: '', signature: null }),
          ...this.text(block.text),
          ...this.signature(block.signature?.value ?? ''),
        ];
      case 'tool_use':
        return [this.started({ ...this.names.restore(block), arguments: '' })];
      case 'opaque':
        // Not whole yet: it may still get its input.
        return [];
      default:
        return [this.started(block)];
    }
  }

  grow(delta: JsonObject): ConversationEvent[] {
    switch (delta['type']) {
      case 'text_delta':
        return this.text(this.field(delta, 'text', 'text'));
      case 'thinking_delta':
        return this.text(this.field(delta, 'thinking', 'thinking'));
      case 'signature_delta':
        return this.signature(this.field(delta, 'signature', 'thinking'));
      case 'citations_delta': {
        this.mustBe('text', delta['type']);
        const citation = readCitation(answerShape.object(delta['citation'], 'delta.citation'));
        return [this.delta({ type: 'citation', citation })];
      }
      case 'input_json_delta':
        return this.input(this.piece(delta, 'partial_json'));
      case 'compaction_delta':
        this.merged['content'] = delta['content'];
        return [];
      default:
        return [];
    }
  }

  end(): ConversationEvent[] {
    const end: ConversationEvent = { type: 'block_end', candidate: 0, index: this.index };
    const { block } = this;
    if (block.type === 'opaque') return [this.started(this.whole(block)), end];
    if (block.type !== 'tool_use') return [end];
    const json = this.lateInput(block.arguments);
    if (json === '') return [end];
    const { arguments: text } = this.names.restore({ ...block, arguments: json });
    return [this.delta({ type: 'arguments', text }), end];
  }

  /** Some servers give the whole input at the start and nothing after; the text of a custom tool waits until it is whole. */
  private lateInput(atStart: string): string {
    if (this.arguments !== '') return this.isCustom ? this.arguments : '';
    return atStart === '{}' ? '' : atStart;
  }

  private whole(block: Extract<Block, { type: 'opaque' }>): Block {
    const value = isObject(block.value) ? { ...block.value, ...this.merged } : block.value;
    if (this.arguments === '' || !isObject(value)) return { ...block, value };
    return { ...block, value: { ...value, input: toolInput(this.arguments) } };
  }

  private text(text: string): ConversationEvent[] {
    return text === '' ? [] : [this.delta({ type: 'text', text })];
  }

  private signature(value: string): ConversationEvent[] {
    return value === '' ? [] : [this.delta({ type: 'signature', signature: signedHere(value) })];
  }

  private input(text: string): ConversationEvent[] {
    if (this.block.type !== 'opaque') this.mustBe('tool_use', 'input_json_delta');
    this.arguments += text;
    if (this.block.type === 'opaque' || this.isCustom || text === '') return [];
    return [this.delta({ type: 'arguments', text })];
  }

  private field(delta: JsonObject, name: string, type: Block['type']): string {
    this.mustBe(type, String(delta['type']));
    return this.piece(delta, name);
  }

  /** Null is an empty piece to some compatible servers. */
  private piece(delta: JsonObject, name: string): string {
    return answerShape.optional(delta[name], `delta.${name}`, answerShape.string) ?? '';
  }

  private mustBe(type: Block['type'], delta: string): void {
    if (this.block.type === type) return;
    throw new MalformedAnswerError(`a ${delta} cannot continue a ${this.block.type} block`);
  }

  private started(block: Block): ConversationEvent {
    return { type: 'block_start', candidate: 0, index: this.index, block };
  }

  private delta(delta: BlockDelta): ConversationEvent {
    return { type: 'block_delta', candidate: 0, index: this.index, delta };
  }
}
