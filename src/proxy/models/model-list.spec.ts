import { readModelList, toAnthropicModel, toOpenAiModel } from './model-list.js';

const read = (value: unknown) => readModelList(Buffer.from(JSON.stringify(value)), 'acme');

describe('readModelList', () => {
  it("keeps OpenAI's entries as they are", () => {
    const entry = { id: 'm', object: 'model', created: 1_700_000_000, owned_by: 'them', extra: 1 };
    const [model] = read({ object: 'list', data: [entry] });
    expect(toOpenAiModel(model!)).toEqual(entry);
    expect(toAnthropicModel(model!)).toEqual({
      type: 'model',
      id: 'm',
      display_name: 'm',
      created_at: '2023-11-14T22:13:20Z',
      lifecycle: 'active',
    });
  });

  it("keeps Anthropic's entries as they are, with what the model can do", () => {
    const created_at = '2025-05-14T00:00:00Z';
    const entry = { type: 'model', id: 'c', display_name: 'C', created_at, max_tokens: 64_000 };
    expect(toAnthropicModel(read({ data: [entry] })[0]!)).toEqual(entry);
  });

  it("translates Anthropic's entries", () => {
    const [model] = read({
      data: [{ type: 'model', id: 'c', display_name: 'C', created_at: '2025-05-14T00:00:00Z' }],
    });
    expect(toOpenAiModel(model!)).toEqual({
      id: 'c',
      object: 'model',
      created: 1_747_180_800,
      owned_by: 'acme',
    });
    expect(toAnthropicModel(model!)).toMatchObject({
      display_name: 'C',
      created_at: '2025-05-14T00:00:00Z',
    });
  });

  it("reads Gemini's names and a bare array", () => {
    expect(read({ models: [{ name: 'models/g', displayName: 'G' }] })).toMatchObject([
      { id: 'g', displayName: 'G' },
    ]);
    expect(read([{ id: 'b' }])).toMatchObject([{ id: 'b', ownedBy: 'acme', createdAt: 0 }]);
  });

  it.each([[null], ['text'], [{}], [{ data: 'x' }], [{ data: [null, 5, {}, { id: 7 }] }]])(
    'finds no model in %j',
    (value) => {
      expect(read(value)).toEqual([]);
    },
  );

  it('finds no model in what is no JSON', () => {
    expect(readModelList(Buffer.from('<html>'), 'acme')).toEqual([]);
  });
});
