import type OpenAI from 'openai';
import { event, withoutRepeats, type Dialect, type ScriptedAnswer } from './dialect.js';

type Item = OpenAI.Responses.ResponseInputItem;

export const responsesDialect: Dialect = {
  stream(answer, turn) {
    const output = itemsOf(answer, turn);
    const usage = {
      input_tokens: 105,
      input_tokens_details: { cached_tokens: 5 },
      output_tokens: 20,
      output_tokens_details: { reasoning_tokens: 8 },
      total_tokens: 125,
    };
    return numbered([
      { type: 'response.created', response: response(turn, 'in_progress', []) },
      ...output.flatMap((item, index) => [
        { type: 'response.output_item.added', output_index: index, item },
        ...(answer.text !== undefined && item.type === 'message'
          ? [
              {
                type: 'response.output_text.delta',
                item_id: item.id,
                output_index: index,
                content_index: 0,
                delta: answer.text,
              },
            ]
          : []),
        { type: 'response.output_item.done', output_index: index, item },
      ]),
      {
        type: 'response.completed',
        response: { ...response(turn, 'completed', output), usage },
      },
    ]);
  },

  whole: (text) => response(1, 'completed', itemsOf({ text }, 1)),

  brokenStream(text) {
    const error = { code: 'server_error', message: 'Overloaded' };
    return [
      ...this.stream({ text }, 1).slice(0, 3),
      ...numbered([{ type: 'response.failed', response: { ...response(1, 'failed', []), error } }]),
    ];
  },

  overloaded: {
    status: 503,
    body: { error: { message: 'Overloaded', type: 'server_error', code: null, param: null } },
  },

  history(body) {
    const { input: given, tools } = body as {
      input: Item[] | string;
      tools?: { name?: string; type: string }[];
    };
    const input = typeof given === 'string' ? [] : given;
    return {
      roles: withoutRepeats(input.map((item) => ('role' in item ? item.role : item.type!))),
      calls: input.flatMap((item) => {
        if (item.type === 'function_call') {
          const parsed = JSON.parse(item.arguments) as unknown;
          return [{ id: item.call_id, name: item.name, arguments: parsed }];
        }
        return item.type === 'custom_tool_call'
          ? [{ id: item.call_id, name: item.name, arguments: { input: item.input } }]
          : [];
      }),
      results: input.flatMap((item) =>
        item.type === 'function_call_output' || item.type === 'custom_tool_call_output'
          ? [{ id: item.call_id!, text: JSON.stringify(item.output) }]
          : [],
      ),
      proofs: input.flatMap((item) =>
        item.type === 'reasoning' ? [String(item.encrypted_content)] : [],
      ),
      tools: (tools ?? []).map(({ name, type }) => name ?? type),
    };
  },
};

function itemsOf({ thought, text, calls = [] }: ScriptedAnswer, turn: number) {
  return [
    ...(thought === undefined
      ? []
      : [
          {
            type: 'reasoning',
            id: `rs_${turn}`,
            summary: [{ type: 'summary_text', text: thought }],
            encrypted_content: `gAAAAA${turn}`,
          },
        ]),
    ...(text === undefined
      ? []
      : [
          {
            type: 'message',
            id: `msg_${turn}`,
            role: 'assistant',
            status: 'completed',
            content: [{ type: 'output_text', text, annotations: [] }],
          },
        ]),
    ...calls.map(({ namespace, name, arguments: given, input }, index) => ({
      type: given ? 'function_call' : 'custom_tool_call',
      id: `${given ? 'fc' : 'ctc'}_${turn}_${index}`,
      call_id: `call_${turn}_${index}`,
      name,
      ...(namespace !== undefined && { namespace }),
      ...(given ? { arguments: JSON.stringify(given) } : { input }),
      status: 'completed',
    })),
  ];
}

function response(turn: number, status: string, output: object[]): object {
  return {
    id: `resp_${turn}`,
    object: 'response',
    created_at: 1,
    model: 'gpt-5.5',
    status,
    output,
    error: null,
    incomplete_details: null,
  };
}

function numbered(events: ({ type: string } & Record<string, unknown>)[]): string[] {
  return events.map((data, sequence_number) => event({ ...data, sequence_number }, data.type));
}
