import type { Samples } from './samples.js';

export const COMPLETIONS_BASE = { model: 'm', prompt: 'hi' };
export const COMPLETIONS: Samples = {
  prompt: { prompt: 'MARK' },
  'several prompts': { prompt: ['a', 'b'] },
  'prompt of tokens': { prompt: [1, 2, 3] },
  max_tokens: { max_tokens: 77 },
  temperature: { temperature: 0.3 },
  top_p: { top_p: 0.4 },
  frequency_penalty: { frequency_penalty: 0.5 },
  presence_penalty: { presence_penalty: 0.5 },
  seed: { seed: 7 },
  stop: { stop: ['END'] },
  'n > 1': { n: 2 },
  user: { user: 'user-1' },
  logit_bias: { logit_bias: { '50256': -100 } },
  logprobs: { logprobs: 2 },
  echo: { echo: true },
  suffix: { suffix: 'x' },
  best_of: { best_of: 2 },
};
