import type { WireProtocol } from '../../src/providers/provider-adapter.js';

// oxlint-disable-next-line typescript/no-explicit-any -- answers of four providers
type Loose = any;

export interface WireEvent {
  readonly name: string;
  readonly data: string;
}

/** A whole answer as the provider would have streamed it. */
export const AS_STREAM: Readonly<Record<WireProtocol, (body: Loose) => WireEvent[]>> = {
  openai: ({ choices, usage, ...head }) =>
    unnamed([
      ...choices.flatMap(({ message, finish_reason, logprobs, index, ...choice }: Loose) => [
        chunk(head, [{ index, delta: numbered(message), logprobs, finish_reason: null }]),
        chunk(head, [{ ...choice, index, delta: {}, finish_reason }]),
      ]),
      ...(usage ? [{ ...chunk(head, []), usage }] : []),
      '[DONE]',
    ]),
  anthropic: ({ content, stop_reason, stop_sequence, stop_details, usage, ...head }) =>
    [
      { type: 'message_start', message: { ...head, content: [], usage } },
      ...content.flatMap((block: Loose, index: number) => blockEvents(block, index)),
      { type: 'message_delta', delta: { stop_reason, stop_sequence, stop_details }, usage },
      { type: 'message_stop' },
    ].map((event) => ({ name: event.type, data: JSON.stringify(event) })),
  gemini: (body) => unnamed([body]),
  ernie: (body) => unnamed([body]),
};

function unnamed(values: readonly unknown[]): WireEvent[] {
  return values.map((value) => ({
    name: '',
    data: typeof value === 'string' ? value : JSON.stringify(value),
  }));
}

function chunk(head: Loose, choices: unknown[]): Loose {
  return { ...head, object: 'chat.completion.chunk', choices };
}

function numbered({ tool_calls: calls, ...message }: Loose): Loose {
  if (!calls) return message;
  return { ...message, tool_calls: calls.map((one: Loose, index: number) => ({ index, ...one })) };
}

function blockEvents(block: Loose, index: number): Loose[] {
  const delta = (fields: object): Loose => ({ type: 'content_block_delta', index, delta: fields });
  const between: Loose[] = [];
  let start = block;
  if (block.type === 'text') {
    start = { type: 'text', text: '' };
    between.push(delta({ type: 'text_delta', text: block.text }));
    for (const citation of block.citations ?? []) {
      between.push(delta({ type: 'citations_delta', citation }));
    }
  } else if (block.type === 'thinking') {
    start = { type: 'thinking', thinking: '', signature: '' };
    between.push(
      delta({ type: 'thinking_delta', thinking: block.thinking }),
      delta({ type: 'signature_delta', signature: block.signature }),
    );
  } else if (block.input) {
    start = { ...block, input: {} };
    between.push(delta({ type: 'input_json_delta', partial_json: JSON.stringify(block.input) }));
  }
  return [
    { type: 'content_block_start', index, content_block: start },
    ...between,
    { type: 'content_block_stop', index },
  ];
}
