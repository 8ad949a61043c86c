import type { Block, ConversationAnswer, FinishReason } from '../conversation.js';
import type { EncodingContext } from '../translation.js';
import { decodeOpenAiChatRequest } from './decode-request.js';
import { encodeOpenAiChatAnswer } from './encode-answer.js';

interface Written {
  choices: { message: Record<string, unknown>; finish_reason: string }[];
}

describe('encodeOpenAiChatAnswer', () => {
  it('writes no content beside calls, and the empty object for no arguments', () => {
    const { message } = written([call({ arguments: '' })], 'tool_use');
    expect(message).toMatchObject({
      content: null,
      tool_calls: [{ id: 'a', type: 'function', function: { name: 'f', arguments: '{}' } }],
    });
    expect(written([call()], 'tool_use').finish_reason).toBe('tool_calls');
  });

  it('places a citation that names no place around the text it stands with', () => {
    const citation = { text: 'cited', url: 'https://a', title: 'A', start: null, end: null };
    const { message } = written([
      { type: 'text', text: 'See ' },
      { type: 'text', text: 'here', citations: [citation] },
      { type: 'text', text: '.' },
    ]);
    expect(message).toMatchObject({
      annotations: [{ url_citation: { start_index: 4, end_index: 8 } }],
    });
  });

  it('joins texts, and places their citations in the whole', () => {
    const citation = { text: 'here', url: 'https://a', title: null, start: 0, end: 4 };
    const { message } = written([
      { type: 'text', text: 'See ' },
      { type: 'text', text: 'here', citations: [citation] },
    ]);
    expect(message).toMatchObject({
      content: 'See here',
      annotations: [{ url_citation: { url: 'https://a', start_index: 4, end_index: 8 } }],
    });
  });

  it.each<[FinishReason, readonly Block[], string]>([
    ['refusal', [{ type: 'refusal', text: 'no' }], 'stop'],
    ['refusal', [{ type: 'text', text: 'no' }], 'content_filter'],
    ['content_filter', [], 'content_filter'],
    ['context_length', [], 'length'],
    ['pause', [], 'stop'],
    ['stop_sequence', [], 'stop'],
  ])('writes the end by %s of %j as %s', (reason, blocks, expected) => {
    expect(written(blocks, reason).finish_reason).toBe(expected);
  });

  it('gives a client everything it needs to send the turn back as it was', () => {
    const blocks: Block[] = [
      { type: 'thinking', text: 'one', signature: { provider: 'anthropic', value: 'S1==' } },
      { type: 'thinking', text: 'two', signature: { provider: 'openrouter', value: '[{"a":1}]' } },
      { type: 'redacted_thinking', data: { provider: 'anthropic', value: 'R==' } },
      { type: 'text', text: 'Hi' },
      call({ signature: { provider: 'gemini', value: 'G==' } }),
      call({ id: 'b', kind: 'custom', arguments: '*** Begin' }),
    ];
    const { message } = written(blocks, 'tool_use');
    const again = decodeOpenAiChatRequest({ model: 'm', messages: [message] });
    expect(again.turns).toEqual([{ role: 'assistant', blocks }]);
  });
});

function call(more: Partial<Extract<Block, { type: 'tool_use' }>> = {}): Block {
  return { type: 'tool_use', id: 'a', name: 'f', arguments: '{}', kind: 'function', ...more };
}

function written(blocks: readonly Block[], finishReason: FinishReason = 'stop') {
  const answer: ConversationAnswer = {
    id: 'x',
    model: 'up',
    createdAt: null,
    candidates: [{ blocks, finishReason, stopSequence: null, logprobs: null }],
    usage: null,
  };
  const context: EncodingContext = {
    requestedModel: 'asked',
    id: 'chatcmpl-1',
    createdAt: 1,
    wantsUsage: false,
    request: { tools: [] } as unknown as EncodingContext['request'],
  };
  return (encodeOpenAiChatAnswer(answer, context) as unknown as Written).choices[0]!;
}
