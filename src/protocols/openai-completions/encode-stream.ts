import type { ConversationEvent } from '../conversation.js';
import { openAiErrorEvent } from '../openai-chat/error.js';
import { writeOpenAiUsage } from '../openai-chat/write-usage.js';
import type { TokenUsage } from '../token-usage.js';
import type { EncodingContext, StreamEncoder } from '../translation.js';
import { completionFinishReason } from './encode-answer.js';

/** Writes the chunks of a `text_completion`. */
export class OpenAiCompletionStreamEncoder implements StreamEncoder {
  private readonly head: string;
  private readonly tail: string;
  /** Candidates whose open block is text. */
  private readonly speaking = new Set<number>();
  private usage: TokenUsage | null = null;

  constructor(private readonly context: EncodingContext) {
    const { id, createdAt, requestedModel, wantsUsage } = context;
    this.head =
      `data: {"id":${JSON.stringify(id)},"object":"text_completion","created":${createdAt},` +
      `"model":${JSON.stringify(requestedModel)},"choices":[`;
    this.tail = wantsUsage ? '],"usage":null}\n\n' : ']}\n\n';
  }

  encode(event: ConversationEvent): string {
    switch (event.type) {
      case 'start':
        this.usage = event.usage;
        return '';
      case 'block_start': {
        const { block, candidate } = event;
        if (block.type !== 'text' && block.type !== 'refusal') return '';
        this.speaking.add(candidate);
        return this.chunk(candidate, block.text, 'null');
      }
      case 'block_delta': {
        const { delta, candidate } = event;
        const speaks = delta.type === 'text' && this.speaking.has(candidate);
        return speaks ? this.chunk(candidate, delta.text, 'null') : '';
      }
      case 'block_end':
        this.speaking.delete(event.candidate);
        return '';
      case 'finish':
        return this.chunk(event.candidate, '', `"${completionFinishReason(event.reason)}"`);
      case 'usage':
        this.usage = event.usage;
        return '';
      case 'ping':
        return ': ping\n\n';
      case 'error': {
        const { message } = event;
        const code = 'upstream_error';
        return openAiErrorEvent({ status: 502, code, message, requestId: this.context.id });
      }
    }
  }

  end(): string {
    const done = 'data: [DONE]\n\n';
    if (!this.context.wantsUsage || this.usage === null) return done;
    return `${this.head}],"usage":${JSON.stringify(writeOpenAiUsage(this.usage))}}\n\n${done}`;
  }

  private chunk(index: number, text: string, reason: string): string {
    if (text === '' && reason === 'null') return '';
    const choice = `{"text":${JSON.stringify(text)},"index":${index},"logprobs":null,"finish_reason":${reason}}`;
    return this.head + choice + this.tail;
  }
}
