/** What a client of responses calls what the internal form has another name for. */
export const RESPONSES_PARAMETERS: Readonly<Record<string, string>> = {
  parallelToolCalls: 'parallel_tool_calls',
  topP: 'top_p',
  outputFormat: 'text.format',
  logprobs: 'top_logprobs',
  endUser: 'user',
  cacheKey: 'prompt_cache_key',
  serviceTier: 'service_tier',
  verbosity: 'text.verbosity',
  'turns.order': 'input.system',
  'turns.thinking': 'input.reasoning',
  'turns.cache': 'prompt_cache_breakpoint',
  'turns.detail': 'input_image.detail',
};
