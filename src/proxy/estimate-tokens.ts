import { JsonScanError, valueOf, type Span } from '../protocols/json-scan.js';
import type { ClientCall } from './client-call.js';

/** What a client may say its answer's greatest length by, in each protocol; members of the body. */
export const OUTPUT_MEMBERS = ['max_tokens', 'max_completion_tokens', 'max_output_tokens'] as const;

const BYTES_PER_TOKEN = 4;
/** Below this a body holds no picture worth looking for. */
const MEDIA_BYTES = 16_384;
const PROBE_BYTES = 512;
/** Near what providers count for a picture of usual size, whatever its bytes. */
const MEDIA_TOKENS = 1_500;
const QUOTE = 0x22;
/** Space, line feed as `\n`, and most marks of prose: none of them is base64. */
const PROSE = /[ \\,.]/;

/** Roughly the tokens of a prompt, without parsing it: text by its bytes, pictures and the like each as one. */
export function promptTokens(body: Buffer): number {
  if (body.length < MEDIA_BYTES) return Math.ceil(body.length / BYTES_PER_TOKEN);
  let mediaBytes = 0;
  let media = 0;
  for (let start = body.indexOf(QUOTE); start !== -1;) {
    const end = body.indexOf(QUOTE, start + 1);
    if (end === -1) break;
    if (end - start >= MEDIA_BYTES && isMedia(body, start, end)) {
      mediaBytes += end - start;
      media++;
    }
    start = end;
  }
  return Math.ceil((body.length - mediaBytes) / BYTES_PER_TOKEN) + media * MEDIA_TOKENS;
}

/** In the middle: a data URL begins with words. */
function isMedia(body: Buffer, start: number, end: number): boolean {
  const middle = (start + end) >> 1;
  return !PROSE.test(body.toString('latin1', middle, middle + PROBE_BYTES));
}

/** The most output tokens the call allows; `otherwise` when it does not say. */
export function outputTokens({ operation, body, members }: ClientCall, otherwise: number): number {
  if (operation === 'embeddings' || operation === 'count_tokens') return 0;
  const named = OUTPUT_MEMBERS.map((name) => positive(body, members.get(name)));
  const most = Math.max(...named) || otherwise;
  return most * (positive(body, members.get('n')) || 1);
}

/** 0 for anything that is no count: the provider will have its own word on it. */
function positive(body: Buffer, span: Span | undefined): number {
  if (!span) return 0;
  try {
    const value = valueOf(body, span);
    return typeof value === 'number' && Number.isSafeInteger(value) && value > 0
      ? Math.min(value, 1e9)
      : 0;
  } catch (error) {
    if (!(error instanceof JsonScanError)) throw error;
    return 0;
  }
}
