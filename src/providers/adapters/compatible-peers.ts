import type { ProviderAdapter } from '../provider-adapter.js';
import { openAiLike } from './openai-like.js';

/** Providers that differ from OpenAI by their address and little else: a line each. */
export const COMPATIBLE_PEERS: readonly ProviderAdapter[] = [
  openAiLike({
    provider: 'groq',
    defaultBaseUrl: 'https://api.groq.com/openai/v1',
    operations: ['chat', 'responses'],
  }),
  openAiLike({
    provider: 'mistral',
    defaultBaseUrl: 'https://api.mistral.ai/v1',
    modelFamily: /^(mistral|ministral|magistral|codestral|pixtral|devstral|open-mi)/,
    usageOnRequest: false,
  }),
  openAiLike({
    provider: 'openrouter',
    defaultBaseUrl: 'https://openrouter.ai/api/v1',
    usageOnRequest: false,
    operations: ['chat', 'completions', 'embeddings', 'responses'],
  }),
  openAiLike({
    provider: 'xai',
    aliases: ['grok'],
    defaultBaseUrl: 'https://api.x.ai/v1',
    priceProvider: 'x-ai',
    modelFamily: /^grok-/,
    operations: ['chat', 'completions', 'embeddings', 'responses'],
  }),
  openAiLike({ provider: 'together', defaultBaseUrl: 'https://api.together.xyz/v1' }),
  openAiLike({ provider: 'fireworks', defaultBaseUrl: 'https://api.fireworks.ai/inference/v1' }),
  openAiLike({ provider: 'cerebras', defaultBaseUrl: 'https://api.cerebras.ai/v1' }),
  openAiLike({
    provider: 'perplexity',
    defaultBaseUrl: 'https://api.perplexity.ai',
    modelFamily: /^sonar/,
    usageOnRequest: false,
    operations: ['chat'],
  }),
  openAiLike({
    provider: 'moonshot',
    aliases: ['kimi'],
    defaultBaseUrl: 'https://api.moonshot.ai/v1',
    priceProvider: 'moonshotai',
    modelFamily: /^(kimi|moonshot)-/,
  }),
  openAiLike({
    provider: 'zai',
    aliases: ['zhipu'],
    defaultBaseUrl: 'https://api.z.ai/api/paas/v4',
    priceProvider: null,
    modelFamily: /^glm-/,
  }),
  openAiLike({
    provider: 'alibaba',
    aliases: ['dashscope', 'qwen'],
    defaultBaseUrl: 'https://dashscope-intl.aliyuncs.com/compatible-mode/v1',
    priceProvider: null,
    modelFamily: /^(qwen|qwq|qvq)/,
  }),
  openAiLike({
    provider: 'huggingface',
    defaultBaseUrl: 'https://router.huggingface.co/v1',
    priceProvider: null,
  }),
  openAiLike({
    provider: 'venice',
    defaultBaseUrl: 'https://api.venice.ai/api/v1',
    priceProvider: null,
  }),
  openAiLike({
    provider: 'vllm',
    defaultBaseUrl: null,
    priceProvider: null,
    operations: ['chat', 'completions', 'embeddings', 'responses'],
  }),
  openAiLike({
    provider: 'ollama',
    defaultBaseUrl: 'http://127.0.0.1:11434/v1',
    priceProvider: null,
  }),
  openAiLike({
    provider: 'llamacpp',
    defaultBaseUrl: null,
    priceProvider: null,
    operations: ['chat', 'completions', 'embeddings', 'responses'],
  }),
  openAiLike({
    provider: 'openai-compatible',
    aliases: ['openai_compatible', 'compatible', 'custom'],
    defaultBaseUrl: null,
    priceProvider: null,
    operations: ['chat', 'completions', 'embeddings', 'responses'],
  }),
];
