import type { Span } from './json-scan.js';

/** Bytes to put in place of a span; an empty span inserts. */
export interface Edit extends Span {
  readonly text: string;
}

/** The text with the edits made and every other byte as it was. Edits must not overlap. */
export function splice(json: Buffer, edits: readonly Edit[]): Buffer {
  if (edits.length === 0) return json;
  const parts: Buffer[] = [];
  let from = 0;
  for (const { start, end, text } of edits.toSorted((a, b) => a.start - b.start)) {
    parts.push(json.subarray(from, start), Buffer.from(text));
    from = end;
  }
  parts.push(json.subarray(from));
  return Buffer.concat(parts);
}
