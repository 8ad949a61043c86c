import type { RequestUnderWay } from './requests-under-way.js';
import { readSegment } from './segment-reader.js';
import type { Segment } from './segment.js';

/** What segments of an earlier process hold. */
export interface JournalSurvey {
  /** Those without an end. */
  readonly open: readonly RequestUnderWay[];
  /** Ended requests. */
  readonly ends: number;
}

/** Reads all of the segments once, oldest first; keeps no more than the requests that are open at the same time. Damage is told by the tail. */
export async function survey(segments: readonly Segment[]): Promise<JournalSurvey> {
  const open = new Map<string, RequestUnderWay>();
  let ends = 0;
  for (const segment of segments) {
    for await (const chunk of readSegment(segment)) {
      for (const { kind, id, json } of chunk.lines) {
        if (kind === 'B') {
          open.set(id, { id, json: json.toString('utf8'), segment });
        } else {
          open.delete(id);
          ends++;
        }
      }
    }
  }
  return { open: [...open.values()], ends };
}
