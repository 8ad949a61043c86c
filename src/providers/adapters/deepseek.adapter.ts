import { openAiLike } from './openai-like.js';

/** Sends usage on the finishing chunk without being asked. */
export const deepSeekAdapter = openAiLike({
  provider: 'deepseek',
  defaultBaseUrl: 'https://api.deepseek.com/v1',
  modelFamily: /^deepseek-/,
  usageOnRequest: false,
  operations: ['chat', 'completions'],
});
