import { conversation } from '../../../test/support/conversation-request.js';
import type { ConversationRequest, Effort, Reasoning } from '../conversation.js';
import { UntranslatableError } from '../translation.js';
import { encodeGenerationConfig } from './generation-config.js';

function thinking(model: string, members: Partial<Reasoning>): unknown {
  const reasoning = {
    effort: null,
    budgetTokens: null,
    mode: 'enabled',
    visible: null,
    ...members,
  } as const;
  return encodeGenerationConfig(conversation({ model, reasoning }))['thinkingConfig'];
}

describe('encodeGenerationConfig', () => {
  it('is empty for a request without wishes', () => {
    expect(encodeGenerationConfig(conversation())).toEqual({});
  });

  it('carries sampling, also where it is zero', () => {
    const sampling: ConversationRequest['sampling'] = {
      temperature: 0,
      topP: 0.5,
      topK: 40,
      frequencyPenalty: -1,
      presencePenalty: 0,
      seed: 2 ** 40 + 3,
      stop: ['a', ''],
    };
    const request = conversation({
      sampling,
      maxOutputTokens: 9,
      candidates: 2,
      logprobs: { top: 3 },
    });
    expect(encodeGenerationConfig(request)).toEqual({
      temperature: 0,
      topP: 0.5,
      topK: 40,
      frequencyPenalty: -1,
      presencePenalty: 0,
      seed: 3,
      stopSequences: ['a'],
      maxOutputTokens: 9,
      candidateCount: 2,
      responseLogprobs: true,
      logprobs: 3,
    });
  });

  it('refuses more stop sequences than Gemini takes', () => {
    const { sampling } = conversation();
    const stop = ['1', '2', '3', '4', '5', '6'];
    expect(() => encodeGenerationConfig(conversation({ sampling: { ...sampling, stop } }))).toThrow(
      UntranslatableError,
    );
  });

  it('asks for JSON by schema in the words of the model', () => {
    const schema = { $schema: 'x', type: 'object', properties: { a: { const: 'b' } } };
    const outputFormat = {
      kind: 'json_schema',
      name: null,
      description: null,
      schema,
      strict: true,
    } as const;
    const { $schema: _, ...plain } = schema;
    expect(encodeGenerationConfig(conversation({ outputFormat }))).toEqual({
      responseMimeType: 'application/json',
      responseJsonSchema: plain,
    });
    expect(
      encodeGenerationConfig(conversation({ outputFormat, model: 'gemini-1.5-pro' })),
    ).toMatchObject({ responseSchema: { properties: { a: { type: 'STRING', enum: ['b'] } } } });
  });

  it.each<[string, Effort, object]>([
    ['gemini-3-flash-preview', 'none', { thinkingLevel: 'MINIMAL' }],
    ['gemini-3-flash-preview', 'low', { thinkingLevel: 'LOW', includeThoughts: true }],
    ['gemini-3.1-pro-preview', 'medium', { thinkingLevel: 'MEDIUM', includeThoughts: true }],
    ['gemini-3-pro-preview', 'minimal', { thinkingLevel: 'LOW', includeThoughts: true }],
    ['gemini-flash-latest', 'max', { thinkingLevel: 'HIGH', includeThoughts: true }],
    ['gemini-2.5-flash', 'none', { thinkingBudget: 0 }],
    ['gemini-2.5-pro', 'none', { thinkingBudget: 128 }],
    ['gemini-2.5-flash', 'medium', { thinkingBudget: 8192, includeThoughts: true }],
    ['gemini-2.5-flash', 'xhigh', { thinkingBudget: 24_576, includeThoughts: true }],
  ])('%s thinks with effort %s by %j', (model, effort, expected) => {
    expect(thinking(model, { effort })).toEqual(expected);
  });

  it('turns budgets into levels, lets the model decide and hides thoughts on demand', () => {
    expect(thinking('gemini-3-pro', { budgetTokens: 4000 })).toMatchObject({
      thinkingLevel: 'MEDIUM',
    });
    expect(thinking('gemini-2.5-pro', { budgetTokens: 99_999 })).toMatchObject({
      thinkingBudget: 24_576,
    });
    expect(thinking('gemini-2.5-pro', { mode: 'adaptive' })).toMatchObject({ thinkingBudget: -1 });
    expect(thinking('gemini-3-pro', { mode: 'adaptive' })).toEqual({ includeThoughts: true });
    expect(thinking('gemini-2.5-flash', { mode: 'disabled' })).toEqual({ thinkingBudget: 0 });
    expect(thinking('gemini-3-pro', { effort: 'low', visible: false })).toEqual({
      thinkingLevel: 'LOW',
    });
    expect(thinking('gemini-2.0-flash', { effort: 'low' })).toBeUndefined();
  });
});
