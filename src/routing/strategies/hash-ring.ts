import type { Candidates } from '../candidate.js';

/** Points of each account: shares differ from weights by about a twelfth of themselves. */
const POINTS = 128;
const RING = 2 ** 32;
/** What a double has left beside a position. */
const MAX_ACCOUNTS = 2 ** 20;

/**
 * Consistent hashing with weights. Each account has the same number of points, whatever the others have, and a key goes to
 * the account whose next point is nearest when its distance is divided by its weight (Schindelhauer and Schomaker's linear
 * method, SPAA 2005). Other than with points in proportion to weight, memory does not depend on weights, and taking an account away
 * moves the keys it had and no others.
 */
export class HashRing {
  private readonly positions: Float64Array;
  private readonly owners: Int32Array;
  private readonly inverseWeights: Float64Array;
  private readonly heaviest: number;

  constructor(candidates: Candidates) {
    const points = new Float64Array(candidates.length * POINTS);
    for (const [index, { account }] of candidates.entries()) {
      const seed = stringHash(account.id, 1);
      // Two seeds, or two accounts whose ids collide in one would have all their points in common.
      const step = stringHash(account.id, 2) | 1;
      for (let point = 0; point < POINTS; point++) {
        const position = mix((seed + Math.imul(point, step)) | 0);
        // Position and owner in one number, so that sorting needs no comparator.
        points[index * POINTS + point] = position * MAX_ACCOUNTS + index;
      }
    }
    points.sort();
    this.positions = points;
    this.owners = new Int32Array(points.length);
    for (let place = 0; place < points.length; place++) {
      const position = Math.floor(points[place]! / MAX_ACCOUNTS);
      this.owners[place] = points[place]! - position * MAX_ACCOUNTS;
      this.positions[place] = position;
    }
    this.inverseWeights = Float64Array.from(candidates, ({ account }) => 1 / account.weight);
    this.heaviest = Math.max(...candidates.map(({ account }) => account.weight));
  }

  /**
   * The index of the account a key belongs to, as if those in `passed` did not exist; -1 when none is left. Takes a binary
   * search and then, on average, as many steps as the heaviest account is heavier than the mean.
   * @param hash 32 bits, unsigned
   */
  ownerOf(hash: number, passed: ReadonlySet<number>): number {
    const { length } = this.positions;
    const from = this.placeOf(hash);
    let owner = -1;
    let shortest = Infinity;
    for (let step = 0; step < length; step++) {
      const place = (from + step) % length;
      const distance = (this.positions[place]! - hash + RING) % RING;
      // Nobody is heavy enough to be nearer from here on.
      if (distance >= shortest * this.heaviest) break;
      const candidate = this.owners[place]!;
      const weighted = distance * this.inverseWeights[candidate]!;
      if (weighted >= shortest || passed.has(candidate)) continue;
      shortest = weighted;
      owner = candidate;
    }
    return owner;
  }

  /** The first point at or after a position; 0 behind the last one. */
  private placeOf(hash: number): number {
    let low = 0;
    let high = this.positions.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.positions[middle]! < hash) low = middle + 1;
      else high = middle;
    }
    return low % this.positions.length;
  }
}

/** FNV-1a over UTF-16 code units, then mixed: 32 bits, unsigned, the same on every instance. Not for secrets. */
export function stringHash(text: string, seed = 0): number {
  let hash = 0x811c9dc5 ^ mix(seed);
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return mix(hash);
}

/** The finalizer of MurmurHash3: every bit of the input changes half of the bits of the output. */
function mix(value: number): number {
  let mixed = value;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
