/** JSON texts that differ in some of their strings only. */
interface Pattern {
  /** What stands around those strings, quotes included: one piece more than there are strings. */
  readonly pieces: readonly string[];
  /** The value of the latest such text. */
  readonly value: unknown;
  /** Where each of the strings stands in it. */
  readonly places: readonly Place[];
}

interface Place {
  readonly owner: Record<string, unknown>;
  readonly name: string;
}

/** So many lessons may be in vain: a stream without a pattern is not searched for one to its end. */
const MAX_CREDIT = 8;
const MAX_DEPTH = 8;
/** What is longer is no delta, and dear to compare. */
const MAX_LESSON_LENGTH = 4_096;
/** Of a character that nobody has given a meaning. */
const MARK = '\uE000';
const IS_MARKED = /\uE000|\\u[eE]000/;

/**
 * Parses texts that come one after the other and are mostly alike, as the events of a stream are: of a delta only what the model
 * said is new, and perhaps a string that hides its length. Where the last texts differed in such strings alone, those of a
 * `delta` and of the event itself, the next one is compared with them and not parsed, for a fraction of the price.
 */
export class RepeatingJson {
  private pattern: Pattern | null = null;
  private previous: string | null = null;
  private credit = MAX_CREDIT;

  /**
   * What `JSON.parse` gives or throws. The event and its `delta` are good until the next call, which may put other strings into
   * them; what else is in them stays, and may be shared.
   */
  parse(text: string): unknown {
    const strings = this.pattern && stringsIn(text, this.pattern.pieces);
    if (strings) {
      this.credit = MAX_CREDIT;
      return filled(this.pattern!, strings);
    }
    const value = JSON.parse(text) as unknown;
    if (this.credit > 0 && text.length <= MAX_LESSON_LENGTH) this.learn(copied(text));
    return value;
  }

  private learn(text: string): void {
    const pieces = this.previous === null ? null : commonPieces(this.previous, text);
    this.previous = text;
    this.credit--;
    if (pieces) this.pattern = patternOf(pieces) ?? this.pattern;
  }
}

/** A part of a text keeps the whole in memory, which may be a chunk of the network's. */
function copied(text: string): string {
  return Buffer.from(text, 'utf16le').toString('utf16le');
}

/** The strings between the pieces; null when the text is another one, or would not parse. */
function stringsIn(text: string, pieces: readonly string[]): string[] | null {
  const strings: string[] = [];
  let at = 0;
  for (const piece of pieces) {
    // `startsWith` goes character by character, and takes five times as long.
    if (text.slice(at, at + piece.length) !== piece) return null;
    at += piece.length;
    if (strings.length === pieces.length - 1) return at === text.length ? strings : null;
    const end = endOfString(text, at);
    const string = end === -1 ? null : unescaped(text.slice(at, end));
    if (string === null) return null;
    strings.push(string);
    at = end;
  }
  return null;
}

/** Null for what cannot stand between quotes. */
function unescaped(raw: string): string | null {
  if (!SPECIAL.test(raw)) return raw;
  try {
    return JSON.parse(`"${raw}"`) as string;
  } catch {
    return null;
  }
}

// eslint-disable-next-line no-control-regex
const SPECIAL = /[\\\u0000-\u001f]/;

/** The quote that ends the string whose inside begins at `start`; -1 when none does. */
function endOfString(text: string, start: number): number {
  for (let from = start; ;) {
    const quote = text.indexOf('"', from);
    if (quote === -1) return -1;
    let before = quote - 1;
    while (before >= start && text[before] === '\\') before--;
    if ((quote - 1 - before) % 2 === 0) return quote;
    from = quote + 1;
  }
}

/** What two texts have in common when they differ in strings only; null when they differ in more, or not at all. */
function commonPieces(a: string, b: string): string[] | null {
  const pieces: string[] = [];
  let pieceStart = 0;
  let open = -1;
  let [i, j] = [0, 0];
  while (j < b.length) {
    if (a[i] !== b[j]) {
      if (open === -1) return null;
      const shift = i - j;
      const ends = [endOfString(a, open + shift + 1), endOfString(b, open + 1)] as const;
      if (ends.includes(-1)) return null;
      pieces.push(b.slice(pieceStart, open + 1));
      [i, j] = ends;
      pieceStart = j;
      open = -1;
    } else if (b[j] === '"') {
      open = open === -1 ? j : -1;
    } else if (b[j] === '\\' && a[i + 1] === b[j + 1]) {
      i++;
      j++;
    }
    i++;
    j++;
  }
  if (i !== a.length || pieces.length === 0) return null;
  return [...pieces, b.slice(pieceStart)];
}

/** Whether each of the strings is a value by itself shows when they are parsed with something else in their place. */
function patternOf(pieces: readonly string[]): Pattern | null {
  if (pieces.some((piece) => IS_MARKED.test(piece))) return null;
  const marks = pieces.slice(1).map((_, index) => `${MARK}${index}`);
  const text = pieces.map((piece, index) => piece + (marks[index] ?? '')).join('');
  const value = JSON.parse(text) as unknown;
  const places = marks.map((mark) => placeOf(mark, value));
  return places.every((place) => place !== null) ? { pieces, value, places } : null;
}

/** Null for a place that a decoder may keep: a citation's, say, or a token's among logprobs. */
function placeOf(mark: string, value: unknown, mayChange = true, depth = MAX_DEPTH): Place | null {
  if (typeof value !== 'object' || value === null || depth === 0) return null;
  for (const [name, child] of Object.entries(value)) {
    if (child === mark) return mayChange ? { owner: value as Place['owner'], name } : null;
    const place = placeOf(mark, child, name === 'delta', depth - 1);
    if (place) return place;
  }
  return null;
}

function filled({ value, places }: Pattern, strings: readonly string[]): unknown {
  for (let index = 0; index < places.length; index++) {
    const { owner, name } = places[index]!;
    owner[name] = strings[index];
  }
  return value;
}
