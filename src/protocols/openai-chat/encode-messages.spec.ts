import {
  bodyOf,
  image,
  messagesOf,
  result,
  text,
  use,
} from '../../../test/support/chat-request.js';
import type { Block, Turn } from '../conversation.js';
import { UntranslatableError } from '../translation.js';

describe('encodeMessages', () => {
  it("joins system blocks and leaves out Claude Code's changing header", () => {
    const system: Turn = {
      role: 'system',
      blocks: [text('x-anthropic-billing-header: cc=1'), text('a'), text('b')],
    };
    expect(messagesOf([system])).toEqual([{ role: 'developer', content: 'a\n\nb' }]);
    expect(messagesOf([system], 'groq')).toEqual([{ role: 'system', content: 'a\n\nb' }]);
  });

  it('keeps cache breakpoints only where the provider takes them', () => {
    const system: Turn = {
      role: 'system',
      blocks: [{ type: 'text', text: 'a', cache: { ttl: '1h' } }],
    };
    expect(messagesOf([system], 'openrouter')[0]!.content).toEqual([
      { type: 'text', text: 'a', cache_control: { type: 'ephemeral', ttl: '1h' } },
    ]);
    expect(messagesOf([system], 'mistral')[0]!.content).toBe('a');
    expect(messagesOf([system])[0]!.content).toBe('a');
  });

  it("marks OpenAI's explicit breakpoints for the models that know them", () => {
    const cache = { ttl: '5m' } as const;
    const turns: Turn[] = [
      { role: 'system', blocks: [{ type: 'text', text: 'a', cache }] },
      { role: 'assistant', blocks: [use('1')] },
      { role: 'user', blocks: [{ ...result('1', [{ type: 'text', text: 'b' }]), cache } as Block] },
    ];
    const { messages } = bodyOf({ turns, model: 'gpt-5.6-mini' });
    const mark = { prompt_cache_breakpoint: { mode: 'explicit' } };
    expect(messages).toMatchObject([
      { role: 'developer', content: [{ type: 'text', text: 'a', ...mark }] },
      { role: 'assistant' },
      { role: 'tool', content: [{ type: 'text', text: 'b', ...mark }] },
    ]);
  });

  it('puts results right behind their calls, and what they show into a message of the user', () => {
    const messages = messagesOf([
      { role: 'assistant', blocks: [text('ok'), use('a'), use('b')] },
      {
        role: 'user',
        blocks: [
          text('hurry'),
          result('a', [image as never]),
          result('b', [{ type: 'text', text: 'bad' }], true),
        ],
      },
    ]);
    expect(messages.map(({ role }) => role)).toEqual(['assistant', 'tool', 'tool', 'user', 'user']);
    expect(messages[1]!.content).toBe('[image: see the next user message]');
    expect(JSON.stringify(messages[1])).not.toContain('AAAA');
    expect(messages[2]!.content).toBe('Error: bad');
    expect(messages[3]!.content).toMatchObject([{ type: 'text' }, { type: 'image_url' }]);
    expect(messages[4]!.content).toBe('hurry');
  });

  it('sends an empty result as an empty text', () => {
    expect(messagesOf([{ role: 'user', blocks: [result('a', [])] }])[0]).toEqual({
      role: 'tool',
      tool_call_id: 'a',
      content: '',
    });
  });

  it('makes one message of what the assistant said in several turns', () => {
    expect(
      messagesOf([
        { role: 'assistant', blocks: [text('a')] },
        { role: 'assistant', blocks: [use('x')] },
      ]),
    ).toEqual([
      {
        role: 'assistant',
        content: 'a',
        tool_calls: [{ id: 'x', type: 'function', function: { name: 'f', arguments: '{}' } }],
      },
    ]);
  });

  it('cuts ids to what Mistral takes, the same way for a call and its result', () => {
    const [called, answered] = messagesOf(
      [
        { role: 'assistant', blocks: [use('toolu_01')] },
        { role: 'user', blocks: [result('toolu_01', [])] },
      ],
      'mistral',
    );
    const [{ id }] = called!.tool_calls as [{ id: string }];
    expect(id).toMatch(/^[a-zA-Z0-9]{9}$/);
    expect(answered!.tool_call_id).toBe(id);
  });

  it('sends DeepSeek its thoughts back with every call, "" where they are unknown', () => {
    const thought: Block = { type: 'thinking', text: 'hm', signature: null };
    const foreign: Block = {
      type: 'thinking',
      text: 'hm',
      signature: { provider: 'anthropic', value: 's' },
    };
    const replayed = (...blocks: Block[]) =>
      messagesOf([{ role: 'assistant', blocks }], 'deepseek')[0]!.reasoning_content;
    expect(replayed(thought, use('a'))).toBe('hm');
    expect(replayed(foreign, use('a'))).toBe('');
    expect(replayed(text('x'))).toBeUndefined();
  });

  it('sends no thought and no signature of another provider anywhere', () => {
    const foreign = { provider: 'anthropic', value: 'SECRET' };
    const turns: Turn[] = [
      {
        role: 'assistant',
        blocks: [
          { type: 'thinking', text: 'THOUGHT', signature: foreign },
          { type: 'redacted_thinking', data: foreign },
          use('a', { signature: foreign }),
        ],
      },
    ];
    for (const provider of ['openai', 'openrouter', 'deepseek', 'mistral', 'vllm']) {
      expect(JSON.stringify(messagesOf(turns, provider))).not.toMatch(/SECRET|THOUGHT/);
    }
  });

  it("sends OpenRouter's own details back as they came", () => {
    const details = [{ type: 'reasoning.encrypted', data: 'x', index: 0 }];
    const signature = { provider: 'openrouter', value: JSON.stringify(details) };
    expect(
      messagesOf(
        [{ role: 'assistant', blocks: [{ type: 'thinking', text: 'hm', signature }] }],
        'openrouter',
      )[0],
    ).toMatchObject({ reasoning: 'hm', reasoning_details: details });
  });

  it('sends documents as files or text, and refuses what the provider cannot reach', () => {
    const document = (source: Extract<Block, { type: 'document' }>['source']): Turn => ({
      role: 'user',
      blocks: [{ type: 'document', source, title: 'a.pdf', context: null, citations: false }],
    });
    expect(
      messagesOf([document({ kind: 'base64', mediaType: 'application/pdf', data: 'AA' })])[0]!
        .content,
    ).toEqual([
      { type: 'file', file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,AA' } },
    ]);
    expect(
      messagesOf([document({ kind: 'file', provider: 'openai', id: 'f1' })])[0]!.content,
    ).toEqual([{ type: 'file', file: { file_id: 'f1' } }]);
    expect(() => messagesOf([document({ kind: 'file', provider: 'anthropic', id: 'f1' })])).toThrow(
      UntranslatableError,
    );
    expect(() =>
      messagesOf([document({ kind: 'url', url: 'https://h', mediaType: null })]),
    ).toThrow(UntranslatableError);
  });
});
