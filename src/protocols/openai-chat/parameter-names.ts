/** What a client of chat completions calls what the internal form has another name for. */
export const OPENAI_CHAT_PARAMETERS: Readonly<Record<string, string>> = {
  parallelToolCalls: 'parallel_tool_calls',
  topP: 'top_p',
  topK: 'top_k',
  frequencyPenalty: 'frequency_penalty',
  presencePenalty: 'presence_penalty',
  reasoning: 'reasoning_effort',
  outputFormat: 'response_format',
  endUser: 'user',
  cacheKey: 'prompt_cache_key',
  serviceTier: 'service_tier',
  'turns.order': 'messages.system',
  'turns.thinking': 'messages.reasoning_content',
  'turns.cache': 'prompt_cache_breakpoint',
  'turns.detail': 'messages.image_url.detail',
};
