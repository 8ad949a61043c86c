import { readSegment } from './segment-reader.js';
import type { Segment } from './segment.js';

/** What segments of an earlier process hold. */
export interface JournalSurvey {
  /** JSON of the begin records without an end, by id. */
  readonly open: ReadonlyMap<string, string>;
  /** Ended requests. */
  readonly ends: number;
}

/** Reads all of the segments once, oldest first; keeps no more than the requests that are open at the same time. Damage is told by the tail. */
export async function survey(segments: readonly Segment[]): Promise<JournalSurvey> {
  const open = new Map<string, string>();
  let ends = 0;
  for (const segment of segments) {
    for await (const chunk of readSegment(segment)) {
      for (const { kind, id, json } of chunk.lines) {
        if (kind === 'B') {
          open.set(id, json.toString('utf8'));
        } else {
          open.delete(id);
          ends++;
        }
      }
    }
  }
  return { open, ends };
}
