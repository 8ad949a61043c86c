import fc from 'fast-check';

/** One exchange between user and model; calls are answered by the user's next words. */
export interface Exchange {
  readonly said: string;
  readonly image: boolean;
  readonly answer: string;
  readonly calls: readonly {
    readonly name: string;
    readonly input: object;
    readonly result: string;
  }[];
}

/** A conversation that every client protocol can have and every upstream can be told. */
export interface Generated {
  readonly system: string;
  readonly exchanges: readonly Exchange[];
  readonly last: string;
  readonly tools: readonly string[];
  readonly maxTokens: number;
  readonly temperature: number | null;
  readonly topP: number | null;
  readonly stream: boolean;
}

const IMAGE = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ';
const words = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
  .filter((text) => text.trim() !== '');
const toolName = fc.constantFrom(
  'look_up',
  'mcp.files:read',
  'a'.repeat(80),
  '0-start',
  'wetter_für',
);
const input = fc.dictionary(
  fc.constantFrom('city', 'n', 'list', 'deep', 'b', 'a'),
  fc.oneof(
    fc.integer(),
    fc.boolean(),
    words,
    fc.array(words, { maxLength: 3 }),
    fc.constant({ z: 1, a: [null] }),
  ),
);
const call = fc.record({
  name: toolName,
  input,
  result: fc.oneof(
    words,
    input.map((value) => JSON.stringify(value)),
  ),
});
const exchange = fc.record({
  said: words,
  image: fc.boolean(),
  answer: words,
  calls: fc.array(call, { maxLength: 3 }),
});

export const generatedConversation: fc.Arbitrary<Generated> = fc.record({
  system: fc.oneof(fc.constant(''), words),
  exchanges: fc.array(exchange, { maxLength: 4 }),
  last: words,
  tools: fc.uniqueArray(toolName, { minLength: 1, maxLength: 5 }),
  maxTokens: fc.integer({ min: 16, max: 4000 }),
  temperature: fc.option(fc.constantFrom(0, 0.3, 1, 1.7)),
  topP: fc.option(fc.constantFrom(0.2, 0.96)),
  stream: fc.boolean(),
});

const schema = {
  type: 'object',
  properties: { zeta: { type: 'string' }, alpha: { type: 'integer' } },
  required: ['zeta'],
};

/** The calls of a conversation get ids by their place. */
const id = (exchange: number, call: number): string => `call_${exchange}_${call}`;

function settings({ temperature, topP, stream }: Generated): Record<string, unknown> {
  return {
    ...(temperature !== null && { temperature }),
    ...(topP !== null && { top_p: topP }),
    ...(stream && { stream }),
  };
}

export function asChat(one: Generated): Record<string, unknown> {
  const image = { type: 'image_url', image_url: { url: `data:image/png;base64,${IMAGE}` } };
  return {
    model: 'm',
    messages: [
      ...(one.system ? [{ role: 'system', content: one.system }] : []),
      ...one.exchanges.flatMap(({ said, image: shows, answer, calls }, at) => [
        { role: 'user', content: shows ? [{ type: 'text', text: said }, image] : said },
        {
          role: 'assistant',
          content: answer,
          ...(calls.length > 0 && {
            tool_calls: calls.map(({ name, input: given }, index) => ({
              id: id(at, index),
              type: 'function',
              function: { name, arguments: JSON.stringify(given) },
            })),
          }),
        },
        ...calls.map(({ result }, index) => ({
          role: 'tool',
          tool_call_id: id(at, index),
          content: result,
        })),
      ]),
      { role: 'user', content: one.last },
    ],
    tools: one.tools.map((name) => ({
      type: 'function',
      function: { name, description: `does ${name}`, parameters: schema },
    })),
    max_completion_tokens: one.maxTokens,
    ...settings(one),
  };
}

export function asMessages(one: Generated): Record<string, unknown> {
  const source = { type: 'base64', media_type: 'image/png', data: IMAGE };
  const turns = one.exchanges.map(({ said, image, answer, calls }, at) => [
    { type: 'text', text: said },
    ...(image ? [{ type: 'image', source }] : []),
    [
      { type: 'text', text: answer },
      ...calls.map(({ name, input: given }, index) => ({
        type: 'tool_use',
        id: id(at, index),
        name,
        input: given,
      })),
    ],
    calls.map(({ result }, index) => ({
      type: 'tool_result',
      tool_use_id: id(at, index),
      content: result,
    })),
  ]);
  const messages: { role: string; content: unknown[] }[] = [];
  let waiting: unknown[] = [];
  for (const turn of turns) {
    const results = turn.pop() as unknown[];
    const answer = turn.pop() as unknown[];
    messages.push({ role: 'user', content: [...waiting, ...turn] });
    messages.push({ role: 'assistant', content: answer });
    waiting = results;
  }
  messages.push({ role: 'user', content: [...waiting, { type: 'text', text: one.last }] });
  return {
    model: 'm',
    ...(one.system && { system: one.system }),
    messages,
    tools: one.tools.map((name) => ({
      name,
      description: `does ${name}`,
      input_schema: schema,
    })),
    max_tokens: one.maxTokens,
    ...settings(one),
  };
}

export function asResponses(one: Generated): Record<string, unknown> {
  const image = {
    type: 'input_image',
    image_url: `data:image/png;base64,${IMAGE}`,
    detail: 'auto',
  };
  return {
    model: 'm',
    ...(one.system && { instructions: one.system }),
    input: [
      ...one.exchanges.flatMap(({ said, image: shows, answer, calls }, at) => [
        { role: 'user', content: [{ type: 'input_text', text: said }, ...(shows ? [image] : [])] },
        { role: 'assistant', content: [{ type: 'output_text', text: answer, annotations: [] }] },
        ...calls.map(({ name, input: given }, index) => ({
          type: 'function_call',
          call_id: id(at, index),
          name,
          arguments: JSON.stringify(given),
        })),
        ...calls.map(({ result }, index) => ({
          type: 'function_call_output',
          call_id: id(at, index),
          output: result,
        })),
      ]),
      { role: 'user', content: one.last },
    ],
    tools: one.tools.map((name) => ({
      type: 'function',
      name,
      description: `does ${name}`,
      parameters: schema,
      strict: null,
    })),
    max_output_tokens: one.maxTokens,
    ...settings(one),
  };
}
