import type { WireProtocol } from '../../src/providers/provider-adapter.js';

type Body = Record<string, unknown>;

/** One element of an answer, as each provider that has it says it. */
export interface AnswerSample {
  readonly element: string;
  readonly said: Partial<Record<WireProtocol, Body>>;
  /** What has to be found in the client's answer; absent for the reasons to end, which are shown as the client sees them. */
  readonly mark?: string;
}

/** An answer of this provider. */
export const chat = (message: Body, choice: Body = {}, more: Body = {}): Body => ({
  id: 'c',
  model: 'm',
  created: 1,
  choices: [
    {
      index: 0,
      message: { role: 'assistant', content: 'words', ...message },
      finish_reason: 'stop',
      ...choice,
    },
  ],
  ...more,
});
/** An answer of this provider. */
export const claude = (content: Body[], more: Body = {}): Body => ({
  id: 'm',
  type: 'message',
  role: 'assistant',
  model: 'c',
  content,
  stop_reason: 'end_turn',
  stop_sequence: null,
  usage: { input_tokens: 1, output_tokens: 1 },
  ...more,
});
/** An answer of this provider. */
export const gemini = (parts: Body[], candidate: Body = {}, more: Body = {}): Body => ({
  responseId: 'r',
  modelVersion: 'g',
  candidates: [{ index: 0, content: { role: 'model', parts }, finishReason: 'STOP', ...candidate }],
  ...more,
});
/** An answer of this provider. */
export const ernie = (more: Body): Body => ({
  id: 'as-1',
  object: 'chat.completion',
  created: 1,
  result: 'words',
  is_end: true,
  ...more,
});

export const words = { type: 'text', text: 'words' };
export const call = {
  id: 'call_MARK',
  type: 'function',
  function: { name: 'f', arguments: '{"a":1}' },
};
export const toolUse = { type: 'tool_use', id: 'call_MARK', name: 'f', input: { a: 1 } };
