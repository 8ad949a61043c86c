import { JsonMarks } from './json-marks.js';

/** Where a value stands in a JSON text: byte offsets, end exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface Scan {
  /** The wanted members that are there. */
  readonly members: Map<string, Span>;
  /** The marks that strings or keys begin with, at any depth. */
  readonly marks: ReadonlySet<string>;
}

/** Not JSON, not an object, or ambiguous; the message says where. */
export class JsonScanError extends Error {
  override get name(): string {
    return 'JsonScanError';
  }
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const COLON = 0x3a;
const COMMA = 0x2c;

/** Deeper JSON parses, but makes the recursive encoders behind us overflow their stack. */
const MAX_DEPTH = 128;

/** Windows of the text are searched as strings: that costs a fraction of a search in a buffer. */
const WINDOW_BYTES = 16_384;

/**
 * Finds top-level members of a JSON object without parsing or copying it: a large prompt costs little more than a search
 * for its quotes. Checks the structure (brackets, commas, literals), not the inside of strings.
 * @param wanted names of members to report; one that appears twice is an error, because two readers could take different ones
 */
export function scanObject(json: Buffer, wanted: ReadonlySet<string>): Map<string, Span> {
  return new Scanner(json, NO_MARKS).scan(wanted);
}

/**
 * Scans like `scanObject` and looks out for beginnings of strings and keys on the way, at the price of one look at each string.
 * @param marks what comes behind the opening quote, as it is written
 */
export function scanWithMarks(json: Buffer, wanted: ReadonlySet<string>, marks: JsonMarks): Scan {
  const scanner = new Scanner(json, marks);
  return { members: scanner.scan(wanted), marks: scanner.seen };
}

const PLAIN_KEY = /^\w+$/;

const NO_MARKS = new JsonMarks([]);

class Scanner {
  readonly seen = new Set<string>();
  private window = '';
  private windowStart = 0;
  private windowEnd = 0;

  constructor(
    private readonly json: Buffer,
    private readonly marks: JsonMarks,
  ) {}

  scan(wanted: ReadonlySet<string>): Map<string, Span> {
    const { json } = this;
    const found = new Map<string, Span>();
    let at = skipSpace(json, 0);
    if (json[at] !== OPEN_BRACE) throw new JsonScanError('expected a JSON object');
    at = skipSpace(json, at + 1);
    if (json[at] === CLOSE_BRACE) {
      expectEnd(json, at + 1);
      return found;
    }
    for (;;) {
      const keyEnd = this.skipString(at);
      const name = this.readKey(at, keyEnd);
      at = skipSpace(json, keyEnd);
      if (json[at] !== COLON) throw unexpected(json, at, '":"');
      const start = skipSpace(json, at + 1);
      const end = this.skipValue(start);
      if (wanted.has(name)) {
        if (found.has(name)) throw new JsonScanError(`"${name}" appears twice`);
        found.set(name, { start, end });
      }
      at = skipSpace(json, end);
      if (json[at] === CLOSE_BRACE) break;
      if (json[at] !== COMMA) throw unexpected(json, at, '"," or "}"');
      at = skipSpace(json, at + 1);
    }
    expectEnd(json, at + 1);
    return found;
  }

  private skipValue(start: number): number {
    const first = this.json[start];
    if (first === QUOTE) return this.skipString(start);
    if (first === OPEN_BRACE || first === OPEN_BRACKET) return this.skipContainer(start);
    return skipLiteral(this.json, start);
  }

  /** Walks nested containers with a stack of its own, so that depth costs no recursion. */
  private skipContainer(start: number): number {
    const { json } = this;
    const closers: number[] = [];
    let at = start;
    for (;;) {
      // At the start of a value.
      const byte = json[at];
      if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
        if (closers.length === MAX_DEPTH)
          throw new JsonScanError(`nested deeper than ${MAX_DEPTH}`);
        const closer = byte === OPEN_BRACE ? CLOSE_BRACE : CLOSE_BRACKET;
        at = skipSpace(json, at + 1);
        if (json[at] !== closer) {
          closers.push(closer);
          if (closer === CLOSE_BRACE) at = this.skipKey(at);
          continue;
        }
        at++;
      } else {
        at = byte === QUOTE ? this.skipString(at) : skipLiteral(json, at);
      }
      // Behind a value: close what ends here, then go to the next one.
      for (;;) {
        const closer = closers.at(-1);
        if (closer === undefined) return at;
        at = skipSpace(json, at);
        if (json[at] === closer) {
          closers.pop();
          at++;
          continue;
        }
        if (json[at] !== COMMA)
          throw unexpected(json, at, `"," or "${String.fromCharCode(closer)}"`);
        at = skipSpace(json, at + 1);
        if (closer === CLOSE_BRACE) at = this.skipKey(at);
        break;
      }
    }
  }

  /** From a key to the start of its value. */
  private skipKey(start: number): number {
    const { json } = this;
    const at = skipSpace(json, this.skipString(start));
    if (json[at] !== COLON) throw unexpected(json, at, '":"');
    return skipSpace(json, at + 1);
  }

  /** Nearly all are plain words of the window at hand. */
  private readKey(start: number, end: number): string {
    const from = start + 1 - this.windowStart;
    const word = from < 0 ? '' : this.window.slice(from, end - 1 - this.windowStart);
    return PLAIN_KEY.test(word) ? word : readKey(this.json, start, end);
  }

  private skipString(start: number): number {
    const { json } = this;
    if (json[start] !== QUOTE) throw unexpected(json, start, 'a string');
    const mark = this.marks.at(json, start + 1);
    if (mark !== undefined) this.seen.add(mark);
    for (let from = start + 1; ;) {
      const quote = this.nextQuote(from);
      if (quote === -1) throw new JsonScanError(`unterminated string at byte ${start}`);
      let before = quote - 1;
      while (json[before] === BACKSLASH) before--;
      if ((quote - 1 - before) % 2 === 0) return quote + 1;
      from = quote + 1;
    }
  }

  /** Latin1, because then a character is a byte. */
  private nextQuote(from: number): number {
    for (let at = from; ; at = this.windowEnd) {
      if (at >= this.windowEnd) {
        if (at >= this.json.length) return -1;
        this.windowStart = at;
        this.windowEnd = Math.min(at + WINDOW_BYTES, this.json.length);
        this.window = this.json.toString('latin1', at, this.windowEnd);
      }
      const found = this.window.indexOf('"', at - this.windowStart);
      if (found !== -1) return this.windowStart + found;
    }
  }
}

/** The value of a span, parsed. */
export function valueOf(json: Buffer, { start, end }: Span): unknown {
  try {
    return JSON.parse(json.toString('utf8', start, end));
  } catch {
    throw new JsonScanError(`invalid value at byte ${start}`);
  }
}

function readKey(json: Buffer, start: number, end: number): string {
  const raw = json.toString('utf8', start + 1, end - 1);
  return raw.includes('\\') ? (valueOf(json, { start, end }) as string) : raw;
}

const LITERALS = ['true', 'false', 'null'].map((word) => Buffer.from(word));

function skipLiteral(json: Buffer, start: number): number {
  for (const word of LITERALS) {
    if (
      json[start] === word[0] &&
      start + word.length <= json.length &&
      json.compare(word, 0, word.length, start, start + word.length) === 0
    ) {
      return start + word.length;
    }
  }
  let at = start;
  while (isNumberByte(json[at])) at++;
  if (at === start) throw unexpected(json, start, 'a value');
  return at;
}

function isNumberByte(byte: number | undefined): boolean {
  if (byte === undefined) return false;
  // 0-9 + - . e E
  return (
    (byte >= 0x30 && byte <= 0x39) ||
    byte === 0x2b ||
    byte === 0x2d ||
    byte === 0x2e ||
    byte === 0x65 ||
    byte === 0x45
  );
}

function skipSpace(json: Buffer, start: number): number {
  let at = start;
  for (;;) {
    const byte = json[at];
    if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return at;
    at++;
  }
}

function expectEnd(json: Buffer, start: number): void {
  const at = skipSpace(json, start);
  if (at < json.length) throw unexpected(json, at, 'the end');
}

function unexpected(json: Buffer, at: number, expected: string): JsonScanError {
  return at >= json.length
    ? new JsonScanError(`unexpected end, expected ${expected}`)
    : new JsonScanError(`unexpected character at byte ${at}, expected ${expected}`);
}
