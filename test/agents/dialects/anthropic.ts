import type Anthropic from '@anthropic-ai/sdk';
import { event, flatCall, inPieces, type Dialect, type ScriptedAnswer } from './dialect.js';

const named = (data: { type: string } & Record<string, unknown>): string => event(data, data.type);

export const anthropicDialect: Dialect = {
  stream(answer, turn) {
    const blocks = blocksOf(answer, turn);
    return [
      named({ type: 'message_start', message: { ...MESSAGE, id: `msg_${turn}` } }),
      ...blocks.flatMap(({ block, deltas }, index) => [
        named({ type: 'content_block_start', index, content_block: block }),
        ...deltas.map((delta) => named({ type: 'content_block_delta', index, delta })),
        named({ type: 'content_block_stop', index }),
      ]),
      named({
        type: 'message_delta',
        delta: { stop_reason: answer.calls ? 'tool_use' : 'end_turn', stop_sequence: null },
        usage: { output_tokens: 20 },
      }),
      named({ type: 'message_stop' }),
    ];
  },

  whole: (text) => ({
    ...MESSAGE,
    content: [{ type: 'text', text }],
    stop_reason: 'end_turn',
    usage: { ...INPUT, output_tokens: 20 },
  }),

  brokenStream(text) {
    const whole = this.stream({ text }, 1);
    const error = { type: 'overloaded_error', message: 'Overloaded' };
    return [...whole.slice(0, -3), named({ type: 'error', error })];
  },

  overloaded: {
    status: 529,
    body: { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } },
  },

  history(body) {
    const { messages, tools } = body as Anthropic.MessageCreateParams;
    const blocks = messages.flatMap(({ content }) => (typeof content === 'string' ? [] : content));
    return {
      roles: messages.map(({ role }) => role),
      calls: blocks.flatMap((block) =>
        block.type === 'tool_use'
          ? [{ id: block.id, name: block.name, arguments: block.input }]
          : [],
      ),
      results: blocks.flatMap((block) =>
        block.type === 'tool_result'
          ? [{ id: block.tool_use_id, text: JSON.stringify(block.content) }]
          : [],
      ),
      proofs: blocks.flatMap((block) => (block.type === 'thinking' ? [block.signature] : [])),
      tools: (tools ?? []).map((tool) => ('name' in tool ? tool.name : '')),
    };
  },
};

const INPUT = { input_tokens: 100, cache_read_input_tokens: 5 };

const MESSAGE = {
  id: 'msg_0',
  type: 'message',
  role: 'assistant',
  model: 'claude-sonnet-5',
  content: [],
  stop_reason: null,
  stop_sequence: null,
  usage: { ...INPUT, output_tokens: 1 },
};

function blocksOf(
  { thought, text, calls = [] }: ScriptedAnswer,
  turn: number,
): { block: object; deltas: object[] }[] {
  return [
    ...(thought === undefined
      ? []
      : [
          {
            block: { type: 'thinking', thinking: '', signature: '' },
            deltas: [
              { type: 'thinking_delta', thinking: thought },
              { type: 'signature_delta', signature: `QW50aHJvcGlj${turn}` },
            ],
          },
        ]),
    ...(text === undefined
      ? []
      : [
          {
            block: { type: 'text', text: '' },
            deltas: inPieces(text).map((piece) => ({ type: 'text_delta', text: piece })),
          },
        ]),
    ...calls.map(flatCall).map((call, index) => ({
      block: { type: 'tool_use', id: `toolu_${turn}_${index}`, name: call.name, input: {} },
      deltas: inPieces(JSON.stringify(call.arguments)).map((partial_json) => ({
        type: 'input_json_delta',
        partial_json,
      })),
    })),
  ];
}
