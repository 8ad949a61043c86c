import { chat, claude, ernie, gemini, words, type AnswerSample } from './provider-answers.js';

type Body = Record<string, unknown>;

const openAiUsage = (usage: Body): Body => chat({}, {}, { usage });
const claudeUsage = (usage: Body): Body => claude([words], { usage });
const geminiUsage = (usageMetadata: Body): Body =>
  gemini([{ text: 'words' }], {}, { usageMetadata });

/** What is counted, and told beside. */
export const USAGE: readonly AnswerSample[] = [
  {
    element: 'usage: tokens read from a cache',
    mark: '7777',
    said: {
      openai: openAiUsage({
        prompt_tokens: 9000,
        completion_tokens: 1,
        prompt_tokens_details: { cached_tokens: 7777 },
      }),
      anthropic: claudeUsage({ input_tokens: 1, output_tokens: 1, cache_read_input_tokens: 7777 }),
      gemini: geminiUsage({
        promptTokenCount: 9000,
        candidatesTokenCount: 1,
        cachedContentTokenCount: 7777,
      }),
    },
  },
  {
    element: 'usage: tokens written to a cache',
    mark: '7777',
    said: {
      openai: openAiUsage({
        prompt_tokens: 9000,
        completion_tokens: 1,
        prompt_tokens_details: { cache_write_tokens: 7777 },
      }),
      anthropic: claudeUsage({
        input_tokens: 1,
        output_tokens: 1,
        cache_creation_input_tokens: 7777,
      }),
    },
  },
  {
    element: 'usage: how many of these for an hour',
    mark: '7777',
    said: {
      anthropic: claudeUsage({
        input_tokens: 1,
        output_tokens: 1,
        cache_creation_input_tokens: 9000,
        cache_creation: { ephemeral_5m_input_tokens: 1223, ephemeral_1h_input_tokens: 7777 },
      }),
    },
  },
  {
    element: 'usage: tokens of reasoning',
    mark: '7777',
    said: {
      openai: openAiUsage({
        prompt_tokens: 1,
        completion_tokens: 9000,
        completion_tokens_details: { reasoning_tokens: 7777 },
      }),
      anthropic: claudeUsage({
        input_tokens: 1,
        output_tokens: 9000,
        output_tokens_details: { thinking_tokens: 7777 },
      }),
      gemini: geminiUsage({
        promptTokenCount: 1,
        candidatesTokenCount: 2,
        thoughtsTokenCount: 7777,
      }),
    },
  },
  {
    element: 'usage: tokens of audio',
    mark: '7777',
    said: {
      openai: openAiUsage({
        prompt_tokens: 9000,
        completion_tokens: 1,
        prompt_tokens_details: { audio_tokens: 7777 },
      }),
      gemini: geminiUsage({
        promptTokenCount: 9000,
        candidatesTokenCount: 1,
        promptTokensDetails: [{ modality: 'AUDIO', tokenCount: 7777 }],
      }),
    },
  },
  {
    element: 'usage: calls of server tools',
    mark: '7777',
    said: {
      openai: openAiUsage({
        prompt_tokens: 1,
        completion_tokens: 1,
        server_tool_use: { web_search_requests: 7777 },
      }),
      anthropic: claudeUsage({
        input_tokens: 1,
        output_tokens: 1,
        server_tool_use: { web_search_requests: 7777, web_fetch_requests: 0 },
      }),
      gemini: gemini(
        [{ text: 'words' }],
        { groundingMetadata: { webSearchQueries: Array(7777).fill('q') } },
        { usageMetadata: { promptTokenCount: 1, candidatesTokenCount: 1 } },
      ),
    },
  },
  {
    element: 'service tier, system fingerprint, safety ratings',
    mark: 'MARK',
    said: {
      openai: chat({}, {}, { service_tier: 'MARK', system_fingerprint: 'MARK' }),
      anthropic: claudeUsage({ input_tokens: 1, output_tokens: 1, service_tier: 'MARK' }),
      gemini: gemini([{ text: 'words' }], { safetyRatings: [{ category: 'MARK' }] }),
      ernie: ernie({ flag: 0, search_info: { search_results: [{ title: 'MARK' }] } }),
    },
  },
];
