import {
  call,
  chat,
  claude,
  ernie,
  gemini,
  toolUse,
  words,
  type AnswerSample,
} from './provider-answers.js';

/** Reasons to end, shown as the client sees them. */
export const ENDINGS: readonly AnswerSample[] = [
  {
    element: 'natural end',
    said: {
      openai: chat({}),
      anthropic: claude([words]),
      gemini: gemini([{ text: 'words' }]),
      ernie: ernie({ finish_reason: 'normal' }),
    },
  },
  {
    element: 'stop string',
    said: {
      openai: chat({}),
      anthropic: claude([words], { stop_reason: 'stop_sequence', stop_sequence: 'x' }),
      gemini: gemini([{ text: 'words' }]),
      ernie: ernie({ finish_reason: 'stop' }),
    },
  },
  {
    element: 'length',
    said: {
      openai: chat({}, { finish_reason: 'length' }),
      anthropic: claude([words], { stop_reason: 'max_tokens' }),
      gemini: gemini([{ text: 'words' }], { finishReason: 'MAX_TOKENS' }),
      ernie: ernie({ finish_reason: 'length' }),
    },
  },
  {
    element: 'context full',
    said: {
      openai: chat({}, { finish_reason: 'model_length' }),
      anthropic: claude([words], { stop_reason: 'model_context_window_exceeded' }),
    },
  },
  {
    element: 'tool call, whatever word the provider has for it',
    said: {
      openai: chat({ tool_calls: [call] }),
      anthropic: claude([toolUse]),
      gemini: gemini([{ functionCall: { name: 'f', args: {} } }]),
      ernie: ernie({ function_call: { name: 'f', arguments: '{}' } }),
    },
  },
  {
    element: 'filtered',
    said: {
      openai: chat({}, { finish_reason: 'content_filter' }),
      gemini: gemini([{ text: 'words' }], { finishReason: 'SAFETY' }),
      ernie: ernie({ need_clear_history: true }),
    },
  },
  {
    element: 'prompt blocked',
    said: { gemini: { promptFeedback: { blockReason: 'SAFETY' } } },
  },
  {
    element: 'refusal without words',
    said: { anthropic: claude([], { stop_reason: 'refusal' }) },
  },
  { element: 'refusal in words', said: { openai: chat({ content: null, refusal: 'no' }) } },
  { element: 'pause', said: { anthropic: claude([words], { stop_reason: 'pause_turn' }) } },
  {
    element: 'out of resources',
    said: { openai: chat({}, { finish_reason: 'insufficient_system_resource' }) },
  },
  {
    element: 'malformed call and nothing else',
    said: { gemini: gemini([], { finishReason: 'MALFORMED_FUNCTION_CALL' }) },
  },
];
