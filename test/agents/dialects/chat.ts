import type OpenAI from 'openai';
import { event, flatCall, inPieces, withoutRepeats, type Dialect } from './dialect.js';

const USAGE = { prompt_tokens: 105, completion_tokens: 20, total_tokens: 125 };

/** Chat completions as a peer of OpenAI's speaks them, with its thoughts in `reasoning_content`. */
export const chatDialect: Dialect = {
  stream({ thought, text, calls = [] }, turn) {
    return [
      chunk({ role: 'assistant', content: '' }),
      ...(thought === undefined ? [] : inPieces(thought)).map((piece) =>
        chunk({ reasoning_content: piece }),
      ),
      ...(text === undefined ? [] : inPieces(text)).map((content) => chunk({ content })),
      ...calls.map(flatCall).flatMap((call, index) => [
        chunk({
          tool_calls: [
            {
              index,
              id: `call_${turn}_${index}`,
              type: 'function',
              function: { name: call.name, arguments: '' },
            },
          ],
        }),
        ...inPieces(JSON.stringify(call.arguments)).map((piece) =>
          chunk({ tool_calls: [{ index, function: { arguments: piece } }] }),
        ),
      ]),
      chunk({}, calls.length > 0 ? 'tool_calls' : 'stop'),
      event({ ...HEAD, choices: [], usage: USAGE }),
      'data: [DONE]\n\n',
    ];
  },

  whole: (text) => ({
    ...HEAD,
    object: 'chat.completion',
    choices: [{ index: 0, message: { role: 'assistant', content: text }, finish_reason: 'stop' }],
    usage: USAGE,
  }),

  brokenStream(text) {
    const words = this.stream({ text }, 1).slice(0, -3);
    return [...words, event({ error: { message: 'Overloaded', type: 'server_error' } })];
  },

  overloaded: {
    status: 503,
    body: { error: { message: 'Overloaded', type: 'server_error', code: null, param: null } },
  },

  history(body) {
    const { messages, tools } = body as OpenAI.ChatCompletionCreateParams;
    return {
      roles: withoutRepeats(messages.map(({ role }) => role)),
      calls: messages.flatMap((message) =>
        message.role === 'assistant'
          ? (message.tool_calls ?? []).flatMap((call) =>
              call.type === 'function'
                ? [
                    {
                      id: call.id,
                      name: call.function.name,
                      arguments: JSON.parse(call.function.arguments) as unknown,
                    },
                  ]
                : [],
            )
          : [],
      ),
      results: messages.flatMap((message) =>
        message.role === 'tool'
          ? [{ id: message.tool_call_id, text: JSON.stringify(message.content) }]
          : [],
      ),
      proofs: messages.flatMap((message) =>
        'reasoning_content' in message ? [String(message.reasoning_content)] : [],
      ),
      tools: (tools ?? []).map((tool) => (tool.type === 'function' ? tool.function.name : '')),
    };
  },
};

const HEAD = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'm' };

function chunk(delta: object, finishReason: string | null = null): string {
  return event({ ...HEAD, choices: [{ index: 0, delta, finish_reason: finishReason }] });
}
