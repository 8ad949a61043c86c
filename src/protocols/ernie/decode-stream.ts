import type { ConversationEvent, ConversationRequest, FinishReason } from '../conversation.js';
import {
  jsonText,
  optionalObject,
  optionalString,
  parseObject,
  type JsonObject,
} from '../read-json.js';
import { NO_USAGE, tokenCount, type TokenUsage } from '../token-usage.js';
import type { StreamDecoder } from '../translation.js';
import { readErnieError } from './errors.js';

/**
 * Reads a stream of the old interface: pieces of text with `is_end` on the last one and no terminator. At most one function
 * call, whole, in the last piece.
 */
export class ErnieStreamDecoder implements StreamDecoder {
  private hasStarted = false;
  private blocks = 0;
  private isTextOpen = false;
  private isOver = false;
  private reason: FinishReason | null = null;
  private usage: TokenUsage | null = null;

  /** @param model the answer does not name the one that gave it */
  constructor(private readonly model: Pick<ConversationRequest, 'model'>['model'] = '') {}

  get finished(): boolean {
    return this.reason !== null;
  }

  push(data: string, _name = ''): ConversationEvent[] {
    if (data === '[DONE]') return [];
    const chunk = parseObject(data, 'an event');
    return this.read(chunk, chunk['is_end'] === true);
  }

  /** One piece, or a whole answer, which is the last piece. Throws MalformedAnswerError. */
  read(chunk: JsonObject, isLast: boolean): ConversationEvent[] {
    if (this.isOver || this.finished) return [];
    const error = readErnieError(chunk);
    if (error) {
      this.isOver = true;
      const words = [String(error.code), error.kind];
      return [{ type: 'error', message: error.message, words }];
    }
    const call = optionalObject(chunk['function_call'], 'function_call');
    const events = [
      ...this.start(chunk),
      ...this.text(optionalString(chunk['result'], 'result') ?? ''),
      ...(call ? this.call(call, chunk) : []),
    ];
    const usage = optionalObject(chunk['usage'], 'usage');
    // Early counts are not cumulative on every model: only the last one is true.
    if (usage) this.usage = readUsage(usage);
    if (isLast) this.reason = finishReason(chunk, call !== null);
    return events;
  }

  end(): ConversationEvent[] {
    if (this.isOver) return [];
    this.isOver = true;
    const events = this.closeText();
    if (this.usage) events.push({ type: 'usage', usage: this.usage });
    if (this.reason !== null) {
      events.push({ type: 'finish', candidate: 0, reason: this.reason, stopSequence: null });
    }
    return events;
  }

  private start({ id, created }: JsonObject): ConversationEvent[] {
    if (this.hasStarted) return [];
    this.hasStarted = true;
    return [
      {
        type: 'start',
        id: typeof id === 'string' ? id : '',
        model: this.model,
        createdAt: typeof created === 'number' ? created : null,
        usage: null,
      },
    ];
  }

  private text(text: string): ConversationEvent[] {
    if (text === '') return [];
    const block = { candidate: 0, index: this.isTextOpen ? this.blocks - 1 : this.blocks };
    const delta = { type: 'block_delta', ...block, delta: { type: 'text', text } } as const;
    if (this.isTextOpen) return [delta];
    this.isTextOpen = true;
    this.blocks++;
    return [{ type: 'block_start', ...block, block: { type: 'text', text: '' } }, delta];
  }

  private closeText(): ConversationEvent[] {
    if (!this.isTextOpen) return [];
    this.isTextOpen = false;
    return [{ type: 'block_end', candidate: 0, index: this.blocks - 1 }];
  }

  private call(call: JsonObject, { id }: JsonObject): ConversationEvent[] {
    const name = optionalString(call['name'], 'the name of a function') ?? '';
    const thoughts = optionalString(call['thoughts'], 'thoughts') ?? '';
    const args = call['arguments'];
    const text = typeof args === 'string' ? args : jsonText(args ?? {});
    const events = this.closeText();
    if (thoughts) {
      const index = this.blocks++;
      const thinking = { type: 'thinking', text: '', signature: null } as const;
      events.push(
        { type: 'block_start', candidate: 0, index, block: thinking },
        { type: 'block_delta', candidate: 0, index, delta: { type: 'text', text: thoughts } },
        { type: 'block_end', candidate: 0, index },
      );
    }
    const index = this.blocks++;
    const block = {
      type: 'tool_use',
      // Answers have ids of their own and hold one call: that makes an id nobody else has.
      id: `call_${typeof id === 'string' ? id.replace(/[^\w-]/g, '') : ''}_${index}`,
      name,
      arguments: '',
      kind: 'function',
    } as const;
    events.push(
      { type: 'block_start', candidate: 0, index, block },
      { type: 'block_delta', candidate: 0, index, delta: { type: 'arguments', text } },
      { type: 'block_end', candidate: 0, index },
    );
    return events;
  }
}

const REASONS: Readonly<Record<string, FinishReason>> = {
  normal: 'stop',
  stop: 'stop_sequence',
  length: 'length',
  content_filter: 'content_filter',
  function_call: 'tool_use',
};

function finishReason(chunk: JsonObject, hasCall: boolean): FinishReason {
  if (hasCall) return 'tool_use';
  const { finish_reason: word, is_truncated: truncated, need_clear_history: refused } = chunk;
  if (refused === true) return 'content_filter';
  const known = typeof word === 'string' && Object.hasOwn(REASONS, word) ? REASONS[word]! : 'stop';
  return known === 'stop' && truncated === true ? 'length' : known;
}

function readUsage({ prompt_tokens: prompt, completion_tokens: answer }: JsonObject): TokenUsage {
  return { ...NO_USAGE, inputTokens: tokenCount(prompt), outputTokens: tokenCount(answer) };
}
