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

const url = 'https://source.test/';
const cited = {
  type: 'web_search_result_location',
  cited_text: 'w',
  url,
  title: 'T',
  encrypted_index: 'x',
};
const grounding = {
  groundingChunks: [{ web: { uri: url, title: 'T' } }],
  groundingSupports: [
    { segment: { startIndex: 0, endIndex: 5, text: 'words' }, groundingChunkIndices: [0] },
  ],
};
const data = 'TUFSSw==';
const token = { token: 'MARK', logprob: -0.1, bytes: [1], top_logprobs: [] };

/** What is said, and how. */
export const CONTENT: readonly AnswerSample[] = [
  {
    element: 'text',
    mark: 'MARK',
    said: {
      openai: chat({ content: 'MARK' }),
      anthropic: claude([{ type: 'text', text: 'MARK' }]),
      gemini: gemini([{ text: 'MARK' }]),
      ernie: ernie({ result: 'MARK' }),
    },
  },
  {
    element: 'thinking',
    mark: 'MARK',
    said: {
      openai: chat({ reasoning_content: 'MARK' }),
      anthropic: claude([{ type: 'thinking', thinking: 'MARK', signature: 's' }, words]),
      gemini: gemini([{ text: 'MARK', thought: true }, { text: 'words' }]),
      ernie: ernie({ function_call: { name: 'f', arguments: '{}', thoughts: 'MARK' } }),
    },
  },
  {
    element: 'signature of thinking',
    mark: 'MARK',
    said: {
      openai: chat({ thinking_blocks: [{ type: 'thinking', thinking: 't', signature: 'MARK' }] }),
      anthropic: claude([{ type: 'thinking', thinking: 't', signature: 'MARK' }, words]),
    },
  },
  {
    element: 'signature of text',
    mark: 'MARK',
    said: { gemini: gemini([{ text: 'words', thoughtSignature: 'MARK' }]) },
  },
  {
    element: 'signature of a tool call',
    mark: 'MARK',
    said: {
      openai: chat({
        tool_calls: [{ ...call, extra_content: { google: { thought_signature: 'MARK' } } }],
      }),
      gemini: gemini([{ functionCall: { name: 'f', args: {} }, thoughtSignature: 'MARK' }]),
    },
  },
  {
    element: 'redacted thinking',
    mark: 'MARK',
    said: { anthropic: claude([{ type: 'redacted_thinking', data: 'MARK' }, words]) },
  },
  {
    element: 'refusal in words',
    mark: 'MARK',
    said: { openai: chat({ content: null, refusal: 'MARK' }) },
  },
  {
    element: "the refusal's category and explanation",
    mark: 'MARK',
    said: {
      anthropic: claude([], {
        stop_reason: 'refusal',
        stop_details: { type: 'refusal', category: 'x', explanation: 'MARK' },
      }),
    },
  },
  {
    element: 'id of a tool call',
    mark: 'call_MARK',
    said: {
      openai: chat({ tool_calls: [call] }),
      anthropic: claude([toolUse]),
      gemini: gemini([{ functionCall: { id: 'call_MARK', name: 'f', args: { a: 1 } } }]),
    },
  },
  {
    element: 'name and arguments of a tool call',
    mark: 'MARK',
    said: {
      openai: chat({
        tool_calls: [{ ...call, id: 'c', function: { name: 'f', arguments: '{"a":"MARK"}' } }],
      }),
      anthropic: claude([{ ...toolUse, id: 'c', input: { a: 'MARK' } }]),
      gemini: gemini([{ functionCall: { name: 'f', args: { a: 'MARK' } } }]),
      ernie: ernie({ function_call: { name: 'f', arguments: '{"a":"MARK"}' } }),
    },
  },
  {
    element: 'a second tool call beside it',
    mark: 'call_MARK',
    said: {
      openai: chat({ tool_calls: [{ ...call, id: 'first' }, call] }),
      anthropic: claude([{ ...toolUse, id: 'first' }, toolUse]),
      gemini: gemini([
        { functionCall: { name: 'f', args: {} } },
        { functionCall: { id: 'call_MARK', name: 'f', args: {} } },
      ]),
    },
  },
  {
    element: 'function_call (legacy)',
    mark: 'MARK',
    said: {
      openai: chat(
        { content: null, function_call: { name: 'f', arguments: '{"a":"MARK"}' } },
        { finish_reason: 'function_call' },
      ),
    },
  },
  {
    element: 'citation with an address',
    mark: url,
    said: {
      openai: chat({
        annotations: [
          { type: 'url_citation', url_citation: { url, title: 'T', start_index: 0, end_index: 5 } },
        ],
      }),
      anthropic: claude([{ ...words, citations: [cited] }]),
      gemini: gemini([{ text: 'words' }], { groundingMetadata: grounding }),
    },
  },
  {
    element: 'citation with an address, behind another block',
    mark: url,
    said: {
      gemini: gemini([{ text: 'words' }, { functionCall: { name: 'f', args: {} } }], {
        groundingMetadata: grounding,
      }),
    },
  },
  {
    element: 'citation of a document of the request',
    mark: 'MARK',
    said: {
      anthropic: claude([
        {
          ...words,
          citations: [
            { type: 'char_location', cited_text: 'MARK', document_index: 0, document_title: 'D' },
          ],
        },
      ]),
    },
  },
  {
    element: 'image',
    mark: data,
    said: {
      openai: chat({ images: [{ image_url: { url: `data:image/png;base64,${data}` } }] }),
      gemini: gemini([{ inlineData: { mimeType: 'image/png', data } }]),
    },
  },
  {
    element: 'audio',
    mark: data,
    said: {
      openai: chat({ content: null, audio: { id: 'a', data, transcript: 'said' } }),
      gemini: gemini([{ inlineData: { mimeType: 'audio/wav', data } }]),
    },
  },
  {
    element: 'transcript of audio',
    mark: 'MARK',
    said: { openai: chat({ content: null, audio: { id: 'a', data, transcript: 'MARK' } }) },
  },
  {
    element: 'logprobs',
    mark: 'MARK',
    said: {
      openai: chat({}, { logprobs: { content: [token], refusal: null } }),
      gemini: gemini([{ text: 'words' }], {
        logprobsResult: { chosenCandidates: [{ token: 'MARK', logProbability: -0.1 }] },
      }),
    },
  },
  {
    element: "a server tool's call and result, code the provider ran",
    mark: 'MARK',
    said: {
      anthropic: claude([
        { type: 'server_tool_use', id: 's', name: 'web_search', input: { query: 'MARK' } },
        words,
      ]),
      gemini: gemini([{ executableCode: { language: 'PYTHON', code: 'MARK' } }, { text: 'words' }]),
    },
  },
  {
    element: 'a second candidate',
    mark: 'MARK',
    said: {
      openai: {
        ...chat({}),
        choices: [0, 1].map((index) => ({
          index,
          message: { role: 'assistant', content: index === 1 ? 'MARK' : 'words' },
          finish_reason: 'stop',
        })),
      },
      gemini: {
        candidates: [0, 1].map((index) => ({
          index,
          content: { role: 'model', parts: [{ text: index === 1 ? 'MARK' : 'words' }] },
          finishReason: 'STOP',
        })),
      },
    },
  },
  {
    element: 'the string that stopped it',
    mark: 'MARK',
    said: {
      anthropic: claude([words], { stop_reason: 'stop_sequence', stop_sequence: 'MARK' }),
      openai: chat({}, { stop_reason: 'MARK' }),
    },
  },
];
