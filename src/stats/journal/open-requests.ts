import { readSegment } from './segment-reader.js';
import type { Segment } from './segment.js';

/** What segments of an earlier process hold. */
export interface JournalSurvey {
  /** JSON of the begin records without an end, by id. */
  readonly open: ReadonlyMap<string, string>;
  /** Ended requests. */
  readonly ends: number;
  readonly damagedBytes: number;
  /** At the end of a segment: a record that was being written when the process was killed. */
  readonly tornBytes: number;
}

/** Reads all of the segments once, oldest first; keeps no more than the requests that are open at the same time. */
export async function survey(segments: readonly Segment[]): Promise<JournalSurvey> {
  const open = new Map<string, string>();
  let ends = 0;
  let damagedBytes = 0;
  let tornBytes = 0;
  for (const segment of segments) {
    let read = 0;
    for await (const chunk of readSegment(segment)) {
      for (const { kind, id, json } of chunk.lines) {
        if (kind === 'B') {
          open.set(id, json.toString('utf8'));
        } else {
          open.delete(id);
          ends++;
        }
      }
      damagedBytes += chunk.damagedBytes;
      read = chunk.nextOffset;
    }
    tornBytes += segment.bytes - read;
  }
  return { open, ends, damagedBytes, tornBytes };
}
