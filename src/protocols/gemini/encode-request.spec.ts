import type { Content, GenerateContentConfig, Part } from '@google/genai';
import {
  conversation,
  text,
  toolResult,
  toolUse,
  turn,
} from '../../../test/support/conversation-request.js';
import type { ConversationRequest, Tool } from '../conversation.js';
import { InvalidConversationError, UntranslatableError } from '../translation.js';
import { encodeGeminiRequest } from './encode-request.js';

interface Body {
  systemInstruction?: Content;
  contents: Content[];
  tools?: GenerateContentConfig['tools'];
  toolConfig?: { functionCallingConfig?: { mode: string; allowedFunctionNames?: string[] } };
  generationConfig?: Record<string, unknown>;
  serviceTier?: string;
}

function encode(members: Partial<ConversationRequest>): Body & { dropped: readonly string[] } {
  const { body, dropped } = encodeGeminiRequest(conversation(members));
  return { ...(body as unknown as Body), dropped };
}

const contentsOf = (members: Partial<ConversationRequest>): [string, Part[]][] =>
  encode(members).contents.map(({ role, parts }) => [role!, parts!]);

const weather: Tool = {
  kind: 'function',
  name: 'weather',
  description: 'Of a city',
  parameters: { type: 'object', properties: { city: { type: 'string' } } },
  strict: null,
};

describe('encodeGeminiRequest', () => {
  it('keeps a later system turn in its place, as words of the user', () => {
    const turns = [
      turn('system', 'A'),
      turn('user', 'hi'),
      turn('system', 'B'),
      turn('assistant', toolUse('1', 'f')),
      turn('user', toolResult('1', 'ok')),
      turn('system', 'C'),
    ];
    const { systemInstruction, contents, dropped } = encode({ turns });
    expect(systemInstruction).toEqual({ parts: [{ text: 'A' }] });
    expect(contents.map(({ role }) => role)).toEqual(['user', 'model', 'user']);
    expect(contents[0]!.parts).toEqual([{ text: 'hi' }, { text: 'B' }]);
    expect(contents[2]!.parts).toMatchObject([{ functionResponse: { id: '1' } }, { text: 'C' }]);
    expect(dropped).toEqual([]);
  });

  it("leaves out Claude Code's billing header, which no prefix cache knows", () => {
    const turns = [
      turn('system', 'x-anthropic-billing-header: cc_version=2;'),
      turn('system', 'A'),
      turn('user', 'hi'),
    ];
    expect(encode({ turns }).systemInstruction).toEqual({ parts: [{ text: 'A' }] });
  });

  it('lets the user begin', () => {
    const turns = [turn('assistant', 'hi'), turn('user', 'go')];
    expect(contentsOf({ turns }).map(([role]) => role)).toEqual(['user', 'model', 'user']);
    expect(contentsOf({ turns: [turn('system', 'only')] })).toHaveLength(1);
  });

  it('answers calls in their order, right behind them, with the names the results lack', () => {
    const turns = [
      turn('user', 'go'),
      turn('assistant', toolUse('1', 'a'), toolUse('2', 'b')),
      turn('user', text('wait'), toolResult('2', 'two'), toolResult('1', '{"n":1}')),
    ];
    const [, , [role, parts]] = contentsOf({ turns }) as [unknown, unknown, [string, Part[]]];
    expect(role).toBe('user');
    expect(parts).toEqual([
      { functionResponse: { id: '1', name: 'a', response: { n: 1 } } },
      { functionResponse: { id: '2', name: 'b', response: { output: 'two' } } },
      { text: 'wait' },
    ]);
  });

  it('makes up results that are missing and tells those whose call is gone', () => {
    const turns = [
      turn('user', toolResult('gone', 'old')),
      turn('assistant', toolUse('1', 'a')),
      turn('user', 'and?'),
      turn('assistant', toolUse('2', 'b')),
    ];
    const contents = contentsOf({ turns });
    expect(contents[0]![1]).toEqual([{ text: 'Result of the tool call gone: old' }]);
    expect(contents[2]![1][0]).toMatchObject({ functionResponse: { id: '1', name: 'a' } });
    expect(contents[4]![1][0]).toMatchObject({ functionResponse: { id: '2', name: 'b' } });
  });

  it('pairs an id that is used again with the result of its own step', () => {
    const step = (n: string) => [
      turn('assistant', toolUse('call_0', 'a')),
      turn('user', toolResult('call_0', n)),
    ];
    const contents = contentsOf({
      turns: [turn('user', 'go'), ...step('first'), ...step('second')],
    });
    expect(contents[4]![1][0]!.functionResponse!.response).toEqual({ output: 'second' });
  });

  it.each([
    ['{"a":[1]}', false, { a: [1] }],
    ['[1]', false, { output: '[1]' }],
    ['{broken', false, { output: '{broken' }],
    ['{"id":12345678901234567890}', false, { output: '{"id":12345678901234567890}' }],
    ['no such city', true, { error: 'no such city' }],
  ])('sends the result %s (error: %s) as %j', (words, isError, expected) => {
    const turns = [
      turn('assistant', toolUse('1', 'a')),
      turn('user', toolResult('1', words, isError)),
    ];
    expect(contentsOf({ turns })[2]![1][0]!.functionResponse!.response).toEqual(expected);
  });

  it('puts images into results on Gemini 3 and behind them before', () => {
    const inlineData = { mimeType: 'image/png', data: 'AA==' };
    const image = {
      type: 'image',
      source: { kind: 'base64', mediaType: 'image/png', data: 'AA==' },
    } as const;
    const result = {
      type: 'tool_result',
      toolUseId: '1',
      content: [image],
      isError: false,
    } as const;
    const turns = [turn('assistant', toolUse('1', 'a')), turn('user', result)];
    expect(contentsOf({ turns })[2]![1]).toMatchObject([
      { functionResponse: { parts: [{ inlineData }] } },
    ]);
    const old = contentsOf({ turns, model: 'gemini-2.5-flash' })[2]![1];
    expect(old).toMatchObject([{ functionResponse: { name: 'a' } }, { inlineData }]);
    expect(old[0]!.functionResponse!.parts).toBeUndefined();
  });

  it('sends its own signatures back and lets those of others go', () => {
    const thinking = (provider: string) =>
      ({ type: 'thinking', text: 'hm', signature: { provider, value: 's' } }) as const;
    const foreign = { ...toolUse('1', 'a'), signature: { provider: 'anthropic', value: 'x' } };
    const turns = [
      turn('assistant', thinking('anthropic'), foreign as never, toolUse('2', 'b', '{}', 'own')),
    ];
    const { contents, dropped } = encode({ turns });
    expect(contents[1]!.parts).toMatchObject([
      { functionCall: { id: '1' }, thoughtSignature: 'skip_thought_signature_validator' },
      { functionCall: { id: '2' }, thoughtSignature: 'own' },
    ]);
    expect(dropped).toEqual(['turns.thinking']);
    const carried = contentsOf({
      turns: [turn('assistant', thinking('gemini'), toolUse('1', 'a'))],
    });
    expect(carried[1]![1]).toMatchObject([
      { text: 'hm', thought: true },
      { functionCall: { id: '1' }, thoughtSignature: 's' },
    ]);
  });

  it('asks for no signature on the second of parallel calls, nor before Gemini 3', () => {
    const turns = [turn('assistant', toolUse('1', 'a'), toolUse('2', 'b'))];
    const signaturesOf = (model: string) =>
      contentsOf({ turns, model })[1]![1].map(({ thoughtSignature }) => thoughtSignature);
    expect(signaturesOf('gemini-3-pro-preview')).toEqual([
      'skip_thought_signature_validator',
      undefined,
    ]);
    expect(signaturesOf('gemini-2.5-pro')).toEqual([undefined, undefined]);
  });

  it.each([
    ['', {}],
    ['{"a":1}', { a: 1 }],
    ['{"a":', { _raw: '{"a":' }],
    ['[1]', { _raw: '[1]' }],
  ])('reads the arguments %j as %j', (args, expected) => {
    const turns = [turn('assistant', toolUse('1', 'a', args))];
    expect(contentsOf({ turns })[1]![1][0]!.functionCall!.args).toEqual(expected);
  });

  it('sends media inline, and only addresses that Gemini can reach', () => {
    const image = (url: string) =>
      ({ type: 'image', source: { kind: 'url', url, mediaType: null } }) as const;
    const file = 'https://generativelanguage.googleapis.com/v1beta/files/a';
    expect(contentsOf({ turns: [turn('user', image(file))] })[0]![1]).toEqual([
      { fileData: { fileUri: file } },
    ]);
    expect(() => encode({ turns: [turn('user', image('https://example.com/a.png'))] })).toThrow(
      /inline/,
    );
    const pdf = {
      type: 'document',
      source: { kind: 'base64', mediaType: 'application/pdf', data: 'AA==' },
      title: 'Report',
      context: null,
      citations: false,
    } as const;
    expect(contentsOf({ turns: [turn('user', pdf)] })[0]![1]).toEqual([
      { text: 'Report' },
      { inlineData: { mimeType: 'application/pdf', data: 'AA==' } },
    ]);
  });

  it('declares all functions in one tool, without a schema where there is no parameter', () => {
    const bare: Tool = { ...weather, name: 'now', parameters: { type: 'object', properties: {} } };
    const { tools } = encode({ tools: [weather, bare] });
    expect(tools).toEqual([
      {
        functionDeclarations: [
          { name: 'weather', description: 'Of a city', parametersJsonSchema: weather.parameters },
          { name: 'now', description: 'Of a city' },
        ],
      },
    ]);
    const old = encode({ tools: [weather], model: 'gemini-2.0-flash' });
    expect(old.tools).toMatchObject([
      {
        functionDeclarations: [
          { parameters: { type: 'OBJECT', properties: { city: { type: 'STRING' } } } },
        ],
      },
    ]);
  });

  it("turns a web search into Google's and refuses other providers' tools", () => {
    const tool = (name: string, value = {}): Tool => ({
      kind: 'opaque',
      protocol: 'openai-chat',
      name,
      value,
    });
    const { tools, dropped } = encode({ tools: [tool('web_search_preview', { max_uses: 3 })] });
    expect(tools).toEqual([{ googleSearch: {} }]);
    expect(dropped).toEqual(['tools.web_search_preview']);
    expect(() => encode({ tools: [tool('computer')] })).toThrow(UntranslatableError);
    expect(() => encode({ tools: [tool('web_search'), weather], model: 'gemini-2.5-pro' })).toThrow(
      UntranslatableError,
    );
  });

  it.each([
    [{ kind: 'auto' }, { mode: 'AUTO' }],
    [{ kind: 'none' }, { mode: 'NONE' }],
    [{ kind: 'required' }, { mode: 'ANY' }],
    [
      { kind: 'named', name: 'weather' },
      { mode: 'ANY', allowedFunctionNames: ['weather'] },
    ],
    [
      { kind: 'allowed', names: ['weather'], required: true },
      { mode: 'ANY', allowedFunctionNames: ['weather'] },
    ],
  ] as const)('chooses %j as %j', (toolChoice, expected) => {
    const { toolConfig } = encode({ tools: [weather], toolChoice });
    expect(toolConfig).toEqual({ functionCallingConfig: expected });
  });

  it('declares only the allowed tools where none need be called', () => {
    const toolChoice = { kind: 'allowed', names: ['weather'], required: false } as const;
    const { tools, toolConfig } = encode({
      tools: [weather, { ...weather, name: 'b' }],
      toolChoice,
    });
    expect(tools).toMatchObject([{ functionDeclarations: [{ name: 'weather' }] }]);
    expect(toolConfig?.functionCallingConfig).toEqual({ mode: 'AUTO' });
  });

  it('names what it drops and refuses what it must not drop', () => {
    const extra = { name: 'logit_bias', value: {}, essential: false };
    const { dropped } = encode({
      endUser: 'u',
      cacheKey: 'k',
      parallelToolCalls: false,
      serviceTier: 'scale',
      extras: [extra],
    });
    expect(dropped).toEqual([
      'endUser',
      'cacheKey',
      'parallelToolCalls',
      'serviceTier',
      'logit_bias',
    ]);
    expect(() => encode({ extras: [{ ...extra, essential: true }] })).toThrow(UntranslatableError);
    expect(() => encode({ extras: [{ ...extra, essential: true }] })).not.toThrow(
      InvalidConversationError,
    );
    expect(encode({ serviceTier: 'flex' }).serviceTier).toBe('flex');
  });
});
