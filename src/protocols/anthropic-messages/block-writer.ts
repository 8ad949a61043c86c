import type { Block, BlockDelta, Signature } from '../conversation.js';
import { isObject, type JsonObject } from './shape-reader.js';
import { writeEnvelope } from './signature-envelope.js';
import type { ToolIds } from './tool-ids.js';
import {
  answerInput,
  signatureCarrier,
  writeAnswerBlock,
  writeCitation,
  writeToolUse,
} from './write-answer-block.js';

export type BlockEvent = JsonObject & {
  type: 'content_block_start' | 'content_block_delta' | 'content_block_stop';
};

/**
 * Writes one block of a stream. A text or thinking block opens with its first words: an empty one must not be seen, since the
 * API refuses it when it comes back.
 */
export class BlockWriter {
  private opened = false;
  private arguments = '';
  private signature: Signature | null;
  private readonly head: JsonObject | null;

  constructor(
    private readonly block: Block,
    ids: ToolIds,
  ) {
    this.signature = ('signature' in block && block.signature) || null;
    this.head = emptyBlock(block, ids);
  }

  start(): BlockEvent[] {
    const { block } = this;
    switch (block.type) {
      case 'text':
        return [
          ...this.carrier(),
          ...this.text(block.text),
          ...(block.citations ?? []).flatMap((citation) =>
            this.grow({ type: 'citation', citation }),
          ),
        ];
      case 'thinking':
      case 'refusal':
        return this.text(block.text);
      case 'audio':
        return this.text(block.transcript ?? '');
      case 'tool_use':
        return [...this.carrier(), ...this.open(), ...this.input(block.arguments)];
      default:
        return this.whole();
    }
  }

  grow(delta: BlockDelta): BlockEvent[] {
    switch (delta.type) {
      case 'text':
        return this.text(delta.text);
      case 'arguments':
        return this.input(delta.text);
      case 'signature':
        this.signature = delta.signature;
        return [];
      case 'citation':
        return writeCitation(delta.citation).flatMap((citation) => [
          ...this.open(),
          blockDelta({ type: 'citations_delta', citation }),
        ]);
      default:
        return [];
    }
  }

  end(): BlockEvent[] {
    const { block, signature } = this;
    if (block.type === 'thinking') {
      if (!this.opened && !signature) return [];
      const signed = { type: 'signature_delta', signature: writeEnvelope(signature) };
      return [...this.open(), blockDelta(signed), STOP];
    }
    const events: BlockEvent[] = [];
    if (block.type === 'tool_use' && block.kind === 'custom') {
      const json = JSON.stringify(answerInput({ ...block, arguments: this.arguments }));
      events.push(blockDelta({ type: 'input_json_delta', partial_json: json }));
    }
    if (this.opened) events.push(STOP);
    // It came too late to stand in front.
    if (signature) events.push(...wholeThinking(writeEnvelope(signature, 'previous')));
    return events;
  }

  private text(text: string): BlockEvent[] {
    if (text === '') return [];
    const delta =
      this.block.type === 'thinking'
        ? { type: 'thinking_delta', thinking: text }
        : { type: 'text_delta', text };
    return [...this.open(), blockDelta(delta)];
  }

  private input(text: string): BlockEvent[] {
    if (this.block.type !== 'tool_use' || text === '') return [];
    this.arguments += text;
    // Free text becomes JSON as a whole.
    if (this.block.kind === 'custom') return [];
    return [blockDelta({ type: 'input_json_delta', partial_json: text })];
  }

  private carrier(): BlockEvent[] {
    const [thinking] = signatureCarrier(this.signature ?? undefined);
    this.signature = null;
    return thinking ? wholeThinking(String(thinking['signature'])) : [];
  }

  private open(): BlockEvent[] {
    if (this.opened || !this.head) return [];
    this.opened = true;
    return [{ type: 'content_block_start', content_block: this.head }];
  }

  /** A block that does not grow; the input of a server's tool call follows, where clients look for it. */
  private whole(): BlockEvent[] {
    const { head } = this;
    if (head?.['type'] !== 'server_tool_use' || !isObject(head['input'])) return this.open();
    const json = JSON.stringify(head['input']);
    this.opened = true;
    return [
      { type: 'content_block_start', content_block: { ...head, input: {} } },
      blockDelta({ type: 'input_json_delta', partial_json: json }),
    ];
  }
}

const STOP: BlockEvent = { type: 'content_block_stop' };

function emptyBlock(block: Block, ids: ToolIds): JsonObject | null {
  switch (block.type) {
    case 'text':
    case 'refusal':
    case 'audio':
      return { type: 'text', text: '' };
    case 'thinking':
      return { type: 'thinking', thinking: '', signature: '' };
    case 'tool_use':
      return writeToolUse(block, ids);
    default:
      return writeAnswerBlock(block, ids)[0] ?? null;
  }
}

function blockDelta(delta: JsonObject): BlockEvent {
  return { type: 'content_block_delta', delta };
}

function wholeThinking(signature: string): BlockEvent[] {
  return [
    {
      type: 'content_block_start',
      content_block: { type: 'thinking', thinking: '', signature: '' },
    },
    blockDelta({ type: 'signature_delta', signature }),
    STOP,
  ];
}
