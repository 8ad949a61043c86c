import fc from 'fast-check';
import {
  conversation,
  text,
  toolResult,
  toolUse,
  turn,
} from '../../../test/support/conversation-request.js';
import type { ConversationRequest, Tool, Turn } from '../conversation.js';
import { UntranslatableError } from '../translation.js';
import type { ErnieMessage } from './encode-messages.js';
import { encodeErnieRequest } from './encode-request.js';

interface Body {
  messages: ErnieMessage[];
  system?: string;
  functions?: unknown[];
}

function encode(members: Partial<ConversationRequest>) {
  const { body, dropped } = encodeErnieRequest(conversation(members));
  return { ...(body as unknown as Body), dropped };
}

const sampling = (members: Partial<ConversationRequest['sampling']>) => ({
  sampling: { ...conversation().sampling, ...members },
});

const weather: Tool = {
  kind: 'function',
  name: 'weather',
  description: null,
  parameters: null,
  strict: null,
};

describe('encodeErnieRequest', () => {
  it('puts system turns in front and merges turns of one role', () => {
    const turns = [turn('system', 'S'), turn('user', 'a'), turn('user', 'b')];
    const { messages, system, dropped } = encode({ turns });
    expect({ messages, system, dropped }).toEqual({
      messages: [{ role: 'user', content: 'a\n\nb' }],
      system: 'S',
      dropped: [],
    });
  });

  it('tells calls made together one after the other', () => {
    const turns = [
      turn('user', 'go'),
      turn('assistant', 'Sure.', toolUse('1', 'a', '{"x":1}'), toolUse('2', 'b', '')),
      turn('user', toolResult('2', 'two'), toolResult('1', 'one', true), text('and?')),
    ];
    expect(encode({ turns }).messages).toEqual([
      { role: 'user', content: 'go' },
      { role: 'assistant', content: 'Sure.', function_call: { name: 'a', arguments: '{"x":1}' } },
      { role: 'function', name: 'a', content: '{"error":"one"}' },
      { role: 'assistant', content: '', function_call: { name: 'b', arguments: '{}' } },
      { role: 'function', name: 'b', content: 'two' },
      { role: 'assistant', content: 'OK' },
      { role: 'user', content: 'and?' },
    ]);
  });

  it('takes strict turns, an odd number of them, whatever the conversation', () => {
    const block = fc.oneof(
      fc.string().map(text),
      fc.constantFrom('1', '2').map((id) => toolUse(id, 'f')),
      fc.constantFrom('1', '2', '3').map((id) => toolResult(id, 'r')),
    );
    const anyTurn: fc.Arbitrary<Turn> = fc
      .tuple(fc.constantFrom('user', 'assistant', 'system'), fc.array(block, { maxLength: 4 }))
      .map(([role, blocks]) =>
        turn(
          role,
          ...(role === 'system'
            ? [text('s')]
            : blocks.filter(({ type }) =>
                role === 'user' ? type !== 'tool_use' : type !== 'tool_result',
              )),
        ),
      );
    fc.assert(
      fc.property(fc.array(anyTurn, { maxLength: 8 }), (turns) => {
        const { messages } = encode({ turns: [...turns, turn('user', 'last')] });
        const isUser = messages.map(({ role }) => role !== 'assistant');
        expect(isUser).toEqual(messages.map((_, index) => index % 2 === 0));
        expect(messages.length % 2).toBe(1);
        expect(messages.every(({ content, function_call: call }) => content || call)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('keeps numbers within their ranges', () => {
    expect(encode(sampling({ temperature: 0, frequencyPenalty: 1, topP: 0.5 }))).toMatchObject({
      temperature: 0.0001,
      penalty_score: 1.5,
      top_p: 0.5,
    });
    expect(encode(sampling({ temperature: 1.7, frequencyPenalty: -1 }))).toMatchObject({
      temperature: 1,
      penalty_score: 1,
    });
  });

  it('declares functions and can force one', () => {
    const parameters = { type: 'object', properties: {} };
    expect(encode({ tools: [weather], toolChoice: { kind: 'required' } })).toMatchObject({
      functions: [{ name: 'weather', description: 'weather', parameters }],
      tool_choice: { type: 'function', function: { name: 'weather' } },
    });
    expect(encode({ tools: [weather], toolChoice: { kind: 'none' } }).functions).toBeUndefined();
    const two = [weather, { ...weather, name: 'b' }];
    expect(() => encode({ tools: two, toolChoice: { kind: 'required' } })).toThrow(
      UntranslatableError,
    );
  });

  it.each<Partial<ConversationRequest>>([
    { candidates: 2 },
    { logprobs: { top: 1 } },
    { turns: [turn('user', 'a'), turn('assistant', 'prefill')] },
    { turns: [] },
    { extras: [{ name: 'web_search_options', value: {}, essential: true }] },
    {
      turns: [
        turn('user', { type: 'image', source: { kind: 'url', url: 'https://a', mediaType: null } }),
      ],
    },
    {
      outputFormat: {
        kind: 'json_schema',
        name: null,
        description: null,
        schema: {},
        strict: null,
      },
    },
  ])('refuses %j', (members) => {
    expect(() => encode(members)).toThrow(UntranslatableError);
  });

  it('names what it drops', () => {
    expect(encode({ ...sampling({ seed: 1, topK: 2 }), cacheKey: 'k' }).dropped).toEqual([
      'topK',
      'seed',
      'cacheKey',
    ]);
  });
});
