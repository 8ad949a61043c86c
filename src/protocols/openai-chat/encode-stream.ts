import type { Block, BlockDelta, ConversationEvent, ToolUseBlock } from '../conversation.js';
import type { TokenUsage } from '../token-usage.js';
import type { EncodingContext, StreamEncoder } from '../translation.js';
import {
  asksForLegacyCalls,
  writeExtraContent,
  writeImage,
  writeThinkingBlock,
} from './encode-answer.js';
import { openAiErrorEvent } from './error.js';
import { writeFinishReason } from './finish-reason.js';
import { StreamedCitations } from './streamed-citations.js';
import { writeOpenAiUsage } from './write-usage.js';

interface Candidate {
  block: Block | null;
  /** Text of the open block, for the entry that repeats a signed thought. */
  thinking: string;
  toolIndex: number;
  readonly citations: StreamedCitations;
  hasArguments: boolean;
  hasRefusal: boolean;
}

/** Writes chat completion chunks. */
export class OpenAiChatStreamEncoder implements StreamEncoder {
  private readonly candidates = new Map<number, Candidate>();
  private readonly head: string;
  /** Behind a delta that is not the last; `usage: null` stands in every chunk when usage was asked for. */
  private readonly tail: string;
  private readonly usageTail: string;
  private readonly isLegacy: boolean;
  private usage: TokenUsage | null = null;

  constructor(private readonly context: EncodingContext) {
    const { id, createdAt, requestedModel, wantsUsage } = context;
    const model = JSON.stringify(requestedModel);
    this.head =
      `data: {"id":${JSON.stringify(id)},"object":"chat.completion.chunk",` +
      `"created":${createdAt},"model":${model},"system_fingerprint":null,"choices":[`;
    this.usageTail = wantsUsage ? `],"usage":null}\n\n` : ']}\n\n';
    this.tail = `,"logprobs":null,"finish_reason":null}${this.usageTail}`;
    this.isLegacy = asksForLegacyCalls(context);
  }

  encode(event: ConversationEvent): string {
    switch (event.type) {
      case 'start':
        if (event.usage !== null) this.usage = event.usage;
        return this.begun(0);
      case 'block_start':
        return (
          this.begun(event.candidate) + this.startBlock(event.candidate, event.index, event.block)
        );
      case 'block_delta':
        return this.writeDelta(event.candidate, event.index, event.delta);
      case 'block_end':
        return this.endBlock(event.candidate);
      case 'finish': {
        const role = this.begun(event.candidate);
        const { hasRefusal } = this.candidate(event.candidate);
        const reason = writeFinishReason(event.reason, { hasRefusal, legacyCall: this.isLegacy });
        return `${role}${this.head}{"index":${event.candidate},"delta":{},"logprobs":null,"finish_reason":"${reason}"}${this.usageTail}`;
      }
      case 'usage':
        this.usage = event.usage;
        return '';
      case 'ping':
        return ': ping\n\n';
      case 'error':
        return openAiErrorEvent({
          status: 502,
          code: 'upstream_error',
          message: event.message,
          requestId: this.context.id,
        });
    }
  }

  end(): string {
    const done = 'data: [DONE]\n\n';
    if (!this.context.wantsUsage || this.usage === null) return done;
    const usage = JSON.stringify(writeOpenAiUsage(this.usage));
    return `${this.head}],"usage":${usage}}\n\n${done}`;
  }

  /** The chunk with the role, once for each candidate. */
  private begun(index: number): string {
    if (this.candidates.has(index)) return '';
    this.candidate(index);
    return this.chunk(index, { role: 'assistant', content: '', refusal: null });
  }

  private candidate(index: number): Candidate {
    let candidate = this.candidates.get(index);
    if (candidate === undefined) {
      candidate = {
        block: null,
        thinking: '',
        toolIndex: -1,
        citations: new StreamedCitations(),
        hasArguments: false,
        hasRefusal: false,
      };
      this.candidates.set(index, candidate);
    }
    return candidate;
  }

  private startBlock(index: number, blockIndex: number, block: Block): string {
    const candidate = this.candidate(index);
    candidate.block = block;
    switch (block.type) {
      case 'text':
        candidate.citations.begin(blockIndex);
        return (
          this.text(index, candidate, block.text) +
          (block.signature ? this.chunk(index, writeExtraContent(block)) : '')
        );
      case 'thinking':
        candidate.thinking = '';
        return (
          this.text(index, candidate, block.text) +
          (block.signature ? this.chunk(index, thinkingBlocks(block)) : '')
        );
      case 'refusal':
        candidate.hasRefusal = true;
        return this.text(index, candidate, block.text);
      case 'redacted_thinking':
        return this.chunk(index, thinkingBlocks(block));
      case 'tool_use':
        candidate.toolIndex++;
        candidate.hasArguments = block.arguments !== '';
        return this.startCall(index, candidate, block);
      case 'image':
        return this.chunk(index, { images: writeImage(block) });
      case 'audio':
        return this.startAudio(index, candidate, block);
      default:
        // Blocks of other protocols' own have no place here.
        return '';
    }
  }

  /** Gemini's speech comes whole. */
  private startAudio(
    index: number,
    candidate: Candidate,
    { source, transcript = '' }: Extract<Block, { type: 'audio' }>,
  ): string {
    const data = source.kind === 'base64' ? source.data : '';
    const audio = { id: `audio_${this.context.id}`, ...(data !== '' && { data }) };
    return this.chunk(index, { audio }) + this.text(index, candidate, transcript);
  }

  private startCall(index: number, { toolIndex }: Candidate, call: ToolUseBlock): string {
    const { name, arguments: text } = call;
    if (this.isLegacy) {
      if (toolIndex > 0) return '';
      return this.chunk(index, { function_call: { name, arguments: text } });
    }
    const spoken =
      call.kind === 'custom'
        ? { custom: { name, input: text } }
        : { function: { name, arguments: text } };
    return this.chunk(index, {
      tool_calls: [
        { index: toolIndex, id: call.id, type: call.kind, ...spoken, ...writeExtraContent(call) },
      ],
    });
  }

  /** Clients parse the arguments of a call: one without any is called with the empty object. */
  private endBlock(index: number): string {
    const candidate = this.candidate(index);
    const { block, hasArguments } = candidate;
    const isBare = block?.type === 'tool_use' && block.kind === 'function' && !hasArguments;
    if (isBare) return this.arguments(index, candidate, '{}');
    return block?.type === 'text' ? this.annotations(index, candidate.citations.end()) : '';
  }

  private writeDelta(index: number, blockIndex: number, delta: BlockDelta): string {
    const candidate = this.candidate(index);
    switch (delta.type) {
      case 'text':
        return this.text(index, candidate, delta.text);
      case 'arguments':
        return this.arguments(index, candidate, delta.text);
      case 'signature':
        return this.signature(index, candidate, delta.signature);
      case 'citation':
        return this.annotations(index, candidate.citations.add(blockIndex, delta.citation));
      case 'audio':
        return this.chunk(index, { audio: { data: delta.data } });
      case 'logprobs': {
        const logprobs = JSON.stringify(delta.logprobs);
        return `${this.head}{"index":${index},"delta":{},"logprobs":${logprobs},"finish_reason":null}${this.usageTail}`;
      }
    }
  }

  private text(index: number, candidate: Candidate, text: string): string {
    if (text === '') return '';
    const { block } = candidate;
    if (block?.type === 'audio') return this.chunk(index, { audio: { transcript: text } });
    let field = 'content';
    if (block?.type === 'thinking') {
      candidate.thinking += text;
      field = 'reasoning_content';
    } else if (block?.type === 'refusal') field = 'refusal';
    else candidate.citations.grow(text.length);
    return `${this.head}{"index":${index},"delta":{"${field}":${JSON.stringify(text)}}${this.tail}`;
  }

  private arguments(index: number, candidate: Candidate, text: string): string {
    if (text === '') return '';
    candidate.hasArguments = true;
    const { block, toolIndex } = candidate;
    const json = JSON.stringify(text);
    if (this.isLegacy) {
      if (toolIndex > 0) return '';
      return `${this.head}{"index":${index},"delta":{"function_call":{"arguments":${json}}}${this.tail}`;
    }
    const isCustom = block?.type === 'tool_use' && block.kind === 'custom';
    const spoken = isCustom ? `"custom":{"input":${json}}` : `"function":{"arguments":${json}}`;
    return `${this.head}{"index":${index},"delta":{"tool_calls":[{"index":${toolIndex},${spoken}}]}${this.tail}`;
  }

  /** A signed thought is repeated whole in one entry: clients that keep the list can send it back as it is. */
  private signature(
    index: number,
    { block, thinking, toolIndex }: Candidate,
    signature: { provider: string; value: string },
  ): string {
    if (block?.type === 'thinking') {
      return this.chunk(index, thinkingBlocks({ type: 'thinking', text: thinking, signature }));
    }
    const extra = writeExtraContent({ signature });
    if (block?.type !== 'tool_use') return this.chunk(index, extra);
    return this.isLegacy ? '' : this.chunk(index, { tool_calls: [{ index: toolIndex, ...extra }] });
  }

  private annotations(index: number, annotations: readonly object[]): string {
    return annotations.length === 0 ? '' : this.chunk(index, { annotations });
  }

  private chunk(index: number, delta: Record<string, unknown>): string {
    return `${this.head}{"index":${index},"delta":${JSON.stringify(delta)}${this.tail}`;
  }
}

function thinkingBlocks(block: Parameters<typeof writeThinkingBlock>[0]) {
  const entry = writeThinkingBlock(block);
  return { thinking_blocks: entry === null ? [] : [entry] };
}
