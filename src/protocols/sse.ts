const LF = 0x0a;
const CR = 0x0d;

/** An event larger than its bound: a peer that never ends one would fill the memory. */
export class EventTooLargeError extends Error {
  override get name(): string {
    return 'EventTooLargeError';
  }
}

/** Large enough for an image in one event. */
const MAX_EVENT_BYTES = 16 * 1024 * 1024;

/**
 * Cuts a byte stream into server-sent events (WHATWG HTML, 9.2), wherever the network cut it: LF, CRLF and CR, comments and
 * blank lines included. Joined together the pieces are the stream, byte for byte.
 */
export class EventSplitter {
  /** The event that has not ended yet, as it came. */
  private parts: Buffer[] = [];
  private length = 0;

  constructor(private readonly maxEventBytes = MAX_EVENT_BYTES) {}

  /** The events that this chunk completes, each with its blank line. Throws EventTooLargeError. */
  push(chunk: Buffer): Buffer[] {
    if (chunk.length === 0) return [];
    const last = this.parts.at(-1);
    const continues = last !== undefined && !mayEndEvent(last, chunk);
    this.parts.push(chunk);
    this.length += chunk.length;
    const events = continues ? [] : this.cut();
    if (this.length > this.maxEventBytes) {
      throw new EventTooLargeError(`event larger than ${this.maxEventBytes} bytes`);
    }
    return events;
  }

  /** Whether the next chunk begins with an event. */
  get isBetweenEvents(): boolean {
    return this.length === 0;
  }

  /** What is left when the stream ends: an event without its blank line, or nothing. */
  flush(): Buffer | null {
    const rest = this.length === 0 ? null : Buffer.concat(this.parts);
    this.keep([]);
    return rest;
  }

  private cut(): Buffer[] {
    const bytes = this.parts.length === 1 ? this.parts[0]! : Buffer.concat(this.parts);
    const events: Buffer[] = [];
    const hasCr = bytes.includes(CR);
    let start = 0;
    for (let end = eventEnd(bytes, 0, hasCr); end !== -1; end = eventEnd(bytes, end, hasCr)) {
      events.push(bytes.subarray(start, end));
      start = end;
    }
    this.keep(start === bytes.length ? [] : [bytes.subarray(start)]);
    return events;
  }

  private keep(parts: Buffer[]): void {
    this.parts = parts;
    this.length = parts[0]?.length ?? 0;
  }
}

const BLANK_LINE = Buffer.from('\n\n');

/**
 * Whether an unfinished event could end in this chunk. A large one (an image) comes in hundreds of chunks, and to join and search
 * it anew with each of them would take time by the square of its size.
 */
function mayEndEvent(last: Buffer, chunk: Buffer): boolean {
  return chunk[0] === LF || chunk.includes(BLANK_LINE) || chunk.includes(CR) || last.at(-1) === CR;
}

/**
 * How many events a text consists of, each of which satisfies the condition; 0 when one does not, and when the text ends
 * within one or its lines end with CR: then EventSplitter has to cut it. A text and no bytes, because searches in a string
 * cost a fraction of searches in a buffer; latin1 will do, for what is searched is ASCII.
 * @param isPlain asked with the offset at which an event begins
 */
export function countPlainEvents(
  text: string,
  isPlain: (text: string, start: number) => boolean,
): number {
  let count = 0;
  for (let start = 0; start < text.length; count++) {
    const end = text.indexOf('\n\n', start);
    if (end === -1 || !isPlain(text, start)) return 0;
    start = end + 2;
  }
  return count;
}

/** Offset behind the blank line that ends the event which starts at `start`; -1 when it is not complete. */
function eventEnd(bytes: Buffer, start: number, hasCr: boolean): number {
  let lineStart = start;
  let hasLine = false;
  while (lineStart < bytes.length) {
    const lineEnd = endOfLine(bytes, lineStart, hasCr);
    if (lineEnd === -1) return -1;
    const next = behindLineBreak(bytes, lineEnd);
    if (next === -1) return -1;
    if (lineEnd > lineStart) hasLine = true;
    else if (hasLine) return next;
    lineStart = next;
  }
  return -1;
}

/** Most streams have no CR at all; looking for one in every line would cost as much again. */
function endOfLine(bytes: Buffer, from: number, hasCr: boolean): number {
  const lf = bytes.indexOf(LF, from);
  if (!hasCr) return lf;
  const cr = bytes.indexOf(CR, from);
  return cr !== -1 && (lf === -1 || cr < lf) ? cr : lf;
}

/** A CR at the very end may be half of a CRLF: wait for the next byte. */
function behindLineBreak(bytes: Buffer, lineEnd: number): number {
  if (bytes[lineEnd] === LF) return lineEnd + 1;
  if (lineEnd + 1 === bytes.length) return -1;
  return bytes[lineEnd + 1] === LF ? lineEnd + 2 : lineEnd + 1;
}

export interface ParsedEvent {
  /** The last `event:` field; empty when there is none. */
  name: string;
  /** The `data:` fields, joined by newlines; null when there is none (a comment, a keep-alive). */
  data: string | null;
}

/** Reads the fields of one event as EventSplitter gives it. */
export function parseEvent(event: Buffer): ParsedEvent {
  const text = event.toString('utf8');
  const parsed: ParsedEvent = { name: '', data: null };
  const lines = (text.startsWith('\uFEFF') ? text.slice(1) : text).split(/\r\n|\n|\r/);
  for (const line of lines) readLine(line, parsed);
  return parsed;
}

/**
 * All events of a chunk at once, which costs less than one after the other; null when the chunk ends within one or its lines
 * end with CR: then EventSplitter has to cut it. It must not be the first of a stream, which may begin with a byte order mark.
 */
export function parseWholeEvents(chunk: Buffer): ParsedEvent[] | null {
  if (chunk.at(-1) !== LF || chunk.at(-2) !== LF) return null;
  const text = chunk.toString('utf8');
  if (text.includes('\r')) return null;
  const events: ParsedEvent[] = [];
  let event: ParsedEvent = { name: '', data: null };
  let end = 0;
  for (let start = 0; start < text.length; start = end + 1) {
    end = text.indexOf('\n', start);
    if (end > start) {
      readLine(text.slice(start, end), event);
    } else {
      events.push(event);
      event = { name: '', data: null };
    }
  }
  return events;
}

/** Into the event that it belongs to. */
function readLine(line: string, event: ParsedEvent): void {
  if (line.startsWith('data:')) {
    const value = fieldValue(line, 5);
    event.data = event.data === null ? value : `${event.data}\n${value}`;
  } else if (line === 'data') {
    event.data = event.data === null ? '' : `${event.data}\n`;
  } else if (line.startsWith('event:')) {
    event.name = fieldValue(line, 6);
  }
}

function fieldValue(line: string, from: number): string {
  return line.slice(line[from] === ' ' ? from + 1 : from);
}

/** @param name without it the event is an unnamed message, as in OpenAI's chat protocol */
export function formatEvent(data: string, name?: string): string {
  return name === undefined ? `data: ${data}\n\n` : `event: ${name}\ndata: ${data}\n\n`;
}
