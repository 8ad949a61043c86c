import { chatChunk } from './upstream.js';

/** The events of a stream of so many tokens in one protocol, and what ends it. */
export interface TokenStream {
  readonly before: readonly string[];
  readonly tokens: readonly string[];
  readonly end: readonly string[];
}

const named = (event: { type: string } & Record<string, unknown>): string =>
  `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;

const each = <T>(count: number, one: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => one(index));

export function chatTokens(count: number): TokenStream {
  return {
    before: [chatChunk({ role: 'assistant', content: '' })],
    tokens: each(count, (index) => chatChunk({ content: `t${index} ` })),
    end: [chatChunk({}, 'stop'), 'data: [DONE]\n\n'],
  };
}

export function messageTokens(count: number): TokenStream {
  const message = {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: 'm',
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: { input_tokens: 9, output_tokens: 1 },
  };
  return {
    before: [
      named({ type: 'message_start', message }),
      named({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } }),
    ],
    tokens: each(count, (index) =>
      named({
        type: 'content_block_delta',
        index: 0,
        delta: { type: 'text_delta', text: `t${index} ` },
      }),
    ),
    end: [
      named({ type: 'content_block_stop', index: 0 }),
      named({
        type: 'message_delta',
        delta: { stop_reason: 'end_turn', stop_sequence: null },
        usage: { output_tokens: count },
      }),
      named({ type: 'message_stop' }),
    ],
  };
}

export function responseTokens(count: number): TokenStream {
  const response = (status: string) => ({
    id: 'resp_1',
    object: 'response',
    created_at: 1,
    model: 'm',
    status,
    output: [],
  });
  return {
    before: [
      named({ type: 'response.created', sequence_number: 0, response: response('in_progress') }),
    ],
    tokens: each(count, (index) =>
      named({
        type: 'response.output_text.delta',
        sequence_number: index + 1,
        item_id: 'msg_1',
        output_index: 0,
        content_index: 0,
        delta: `t${index} `,
        logprobs: [],
      }),
    ),
    end: [
      named({
        type: 'response.completed',
        sequence_number: count + 1,
        response: response('completed'),
      }),
    ],
  };
}
