/** What a client of messages calls what the internal form has another name for. */
export const ANTHROPIC_PARAMETERS: Readonly<Record<string, string>> = {
  parallelToolCalls: 'tool_choice.disable_parallel_tool_use',
  topP: 'top_p',
  topK: 'top_k',
  stop: 'stop_sequences',
  reasoning: 'thinking',
  outputFormat: 'output_config.format',
  endUser: 'metadata.user_id',
  serviceTier: 'service_tier',
  'turns.order': 'messages.system',
  'turns.thinking': 'messages.thinking',
  'turns.cache': 'cache_control',
  'turns.citations': 'messages.document.citations',
  'turns.context': 'messages.document.context',
};
