import type { ConversationEvent } from '../conversation.js';

/** Words of any provider for "too busy"; clients wait longer before they try again. */
const OVERLOADED = new Set(['overloaded_error', 'overloaded', 'unavailable', '503', '529']);
const RATE_LIMITED = new Set([
  'rate_limit_error',
  'rate_limit_exceeded',
  'resource_exhausted',
  '429',
]);

/** A provider's error in the middle of a stream, in one of Anthropic's own types: clients know no others. */
export function anthropicStreamError({
  message,
  words,
}: Extract<ConversationEvent, { type: 'error' }>): { type: string; message: string } {
  if (words.some((word) => OVERLOADED.has(word))) return { type: 'overloaded_error', message };
  if (words.some((word) => RATE_LIMITED.has(word))) return { type: 'rate_limit_error', message };
  return { type: 'api_error', message };
}
