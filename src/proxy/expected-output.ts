import { JsonScanError, valueOf, type Span } from '../protocols/json-scan.js';
import type { ClientCall } from './client-call.js';

/** What a client may say its answer's greatest length by, in each protocol; members of the body. */
export const OUTPUT_MEMBERS = ['max_tokens', 'max_completion_tokens', 'max_output_tokens'] as const;

/** More than any limit is worth, and little enough to be counted and priced by whoever does so. */
const MOST_TOKENS = 1e9;

/** The most output tokens the call allows; `otherwise` when it does not say. */
export function expectedOutputTokens(
  { operation, body, members }: ClientCall,
  otherwise: number,
): number {
  if (operation === 'embeddings' || operation === 'count_tokens') return 0;
  const named = OUTPUT_MEMBERS.map((name) => positive(body, members.get(name)));
  const most = Math.max(...named) || otherwise;
  return Math.min(most * (positive(body, members.get('n')) || 1), MOST_TOKENS);
}

/** 0 for anything that is no count: the provider will have its own word on it. */
function positive(body: Buffer, span: Span | undefined): number {
  if (!span) return 0;
  try {
    const value = valueOf(body, span);
    return typeof value === 'number' && Number.isSafeInteger(value) && value > 0
      ? Math.min(value, MOST_TOKENS)
      : 0;
  } catch (error) {
    if (!(error instanceof JsonScanError)) throw error;
    return 0;
  }
}
