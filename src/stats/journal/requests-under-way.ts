import type { Segment } from './segment.js';

export interface RequestUnderWay {
  readonly id: string;
  /** Its begin record. */
  readonly json: string;
  /** Where its begin record is. */
  segment: Segment;
}

interface Link {
  readonly request: RequestUnderWay;
  next: Link | null;
}

const CHAINS = 256;

/**
 * What has begun and not ended, by id. No Map: that grows into a new table every few dozen requests, and V8 links each old
 * table, with all that was in it, to its successor: once one of them is in the old generation, every request ever begun
 * survives until a full collection. Here only the younger knows the older.
 */
export class RequestsUnderWay implements Iterable<RequestUnderWay> {
  private readonly chains = Array.from({ length: CHAINS }, (): Link | null => null);

  add(request: RequestUnderWay): void {
    const chain = chainOf(request.id);
    this.chains[chain] = { request, next: this.chains[chain] ?? null };
  }

  has(id: string): boolean {
    let link = this.chains[chainOf(id)] ?? null;
    while (link !== null && link.request.id !== id) link = link.next;
    return link !== null;
  }

  delete(id: string): void {
    const chain = chainOf(id);
    let before: Link | null = null;
    for (let link = this.chains[chain] ?? null; link !== null; link = link.next) {
      if (link.request.id !== id) {
        before = link;
        continue;
      }
      if (before) before.next = link.next;
      else this.chains[chain] = link.next;
      return;
    }
  }

  *[Symbol.iterator](): Generator<RequestUnderWay> {
    for (let link of this.chains) {
      for (; link !== null; link = link.next) yield link.request;
    }
  }
}

/** The end of an id is random. */
function chainOf(id: string): number {
  const last = id.length - 1;
  return ((id.charCodeAt(last - 1) << 4) ^ id.charCodeAt(last)) % CHAINS;
}
