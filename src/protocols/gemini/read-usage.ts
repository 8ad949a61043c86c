import type { GenerateContentResponseUsageMetadata } from '@google/genai';
import { isObject, type JsonObject } from '../read-json.js';
import { tokenCount, type TokenUsage } from '../token-usage.js';

type CountName = keyof GenerateContentResponseUsageMetadata;

/**
 * `promptTokenCount` includes what came from the cache, `candidatesTokenCount` excludes thoughts, and the results of server
 * tools are counted beside the prompt. Null when the metadata counts nothing yet.
 */
export function readGeminiUsage(metadata: JsonObject): TokenUsage | null {
  const count = (name: CountName): number => tokenCount(metadata[name]);
  const audio = (name: CountName): number => audioTokens(metadata[name]);
  const prompt = count('promptTokenCount') + count('toolUsePromptTokenCount');
  const answer = count('candidatesTokenCount');
  const reasoningTokens = count('thoughtsTokenCount');
  if (prompt + answer + reasoningTokens === 0) return null;
  const cacheReadTokens = Math.min(prompt, count('cachedContentTokenCount'));
  const freshAudio =
    audio('promptTokensDetails') +
    audio('toolUsePromptTokensDetails') -
    audio('cacheTokensDetails');
  const inputAudioTokens = Math.min(prompt - cacheReadTokens, Math.max(0, freshAudio));
  const outputAudioTokens = Math.min(answer, audio('candidatesTokensDetails'));
  return {
    inputTokens: prompt - cacheReadTokens - inputAudioTokens,
    cacheReadTokens,
    cacheWriteTokens: 0,
    cacheWrite1hTokens: 0,
    inputAudioTokens,
    outputTokens: answer - outputAudioTokens,
    reasoningTokens,
    outputAudioTokens,
  };
}

/** @param details counts per modality; 4 is AUDIO where enums are written as numbers */
function audioTokens(details: unknown): number {
  if (!Array.isArray(details)) return 0;
  return details
    .filter(isObject)
    .filter(({ modality }) => modality === 'AUDIO' || modality === 4)
    .reduce((sum, detail) => sum + tokenCount(detail['tokenCount']), 0);
}
