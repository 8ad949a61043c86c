import { openAiLike } from './openai-like.js';

export const openAiAdapter = openAiLike({
  provider: 'openai',
  defaultBaseUrl: 'https://api.openai.com/v1',
  modelFamily: /^(gpt-|chatgpt-|o\d|text-embedding-|davinci-|babbage-|codex-|computer-use-)/,
  operations: ['chat', 'completions', 'embeddings', 'responses'],
});
