import type { Citation } from '../conversation.js';
import { writeAnnotation } from './write-annotation.js';

type Annotations = NonNullable<ReturnType<typeof writeAnnotation>>[];

interface TextPlace {
  readonly start: number;
  end: number;
  isOpen: boolean;
  /** About the whole block, whose end is not known yet. */
  readonly waiting: Citation[];
}

/** Where in the message of one candidate its citations belong, while the message is still being written. */
export class StreamedCitations {
  private readonly texts = new Map<number, TextPlace>();
  private current: TextPlace | null = null;
  private length = 0;

  /** A text begins. @param block its number among the candidate's blocks */
  begin(block: number): void {
    this.current = { start: this.length, end: this.length, isOpen: true, waiting: [] };
    this.texts.set(block, this.current);
  }

  grow(length: number): void {
    this.length += length;
    if (this.current) this.current.end = this.length;
  }

  /** What can be said at once of a citation in this block, which may have ended. */
  add(block: number, citation: Citation): Annotations {
    const text = this.texts.get(block);
    if (text === undefined) return [];
    if (text.isOpen && citation.start === null) {
      text.waiting.push(citation);
      return [];
    }
    return written([citation], text);
  }

  /** The text has ended: what waited for that. */
  end(): Annotations {
    const { current } = this;
    this.current = null;
    if (current === null) return [];
    current.isOpen = false;
    return written(current.waiting, current);
  }
}

function written(citations: readonly Citation[], { start, end }: TextPlace): Annotations {
  return citations
    .map((citation) => writeAnnotation(citation, start, end))
    .filter((annotation) => annotation !== null);
}
