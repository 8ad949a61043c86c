import type { FinishReason } from '../conversation.js';

/** By number, as `enum-encoding=int` writes them. */
const BY_NUMBER = [
  'FINISH_REASON_UNSPECIFIED',
  'STOP',
  'MAX_TOKENS',
  'SAFETY',
  'RECITATION',
  'OTHER',
  'LANGUAGE',
  'BLOCKLIST',
  'PROHIBITED_CONTENT',
  'SPII',
  'MALFORMED_FUNCTION_CALL',
  'IMAGE_SAFETY',
  'UNEXPECTED_TOOL_CALL',
  'TOO_MANY_TOOL_CALLS',
];

const FILTERED = new Set([
  'SAFETY',
  'RECITATION',
  'LANGUAGE',
  'BLOCKLIST',
  'PROHIBITED_CONTENT',
  'SPII',
  'IMAGE_SAFETY',
  'IMAGE_PROHIBITED_CONTENT',
  'IMAGE_RECITATION',
  'MODEL_ARMOR',
]);

/** The word for a `finishReason`, or null while the candidate goes on. */
export function finishWord(value: unknown): string | null {
  const word = typeof value === 'number' ? (BY_NUMBER[value] ?? 'OTHER') : value;
  return typeof word === 'string' && word !== '' && word !== BY_NUMBER[0] ? word : null;
}

/**
 * What a candidate's end means; null when the model failed and left nothing to show, which is an error and no answer.
 * Gemini says STOP for tool calls too, so what was produced counts more than the word.
 */
export function readFinishReason(
  word: string,
  { hasCalls, hasOutput }: { hasCalls: boolean; hasOutput: boolean },
): FinishReason | null {
  if (FILTERED.has(word)) return 'content_filter';
  if (word === 'MAX_TOKENS') return 'length';
  if (word === 'CONTINUATION') return 'pause';
  if (hasCalls) return 'tool_use';
  return word === 'STOP' || hasOutput ? 'stop' : null;
}
