import { crc32 } from 'node:zlib';

/**
 * What a line tells of a request:
 * - `B`: it was let in; the JSON is a BeginEntry
 * - `E`: it ended; the JSON is its row of usage_records
 */
export type LineKind = 'B' | 'E';

export interface JournalLine {
  readonly kind: LineKind;
  readonly id: string;
  /** A view of the bytes that were read, valid for as long as those are. */
  readonly json: Buffer;
}

export interface ReadLines {
  readonly lines: JournalLine[];
  /** Up to and with the last newline; what follows has not been written to its end. */
  readonly consumedBytes: number;
  /** In lines whose checksum is wrong. */
  readonly damagedBytes: number;
}

const CHECKSUM_LENGTH = 8;
const NEWLINE = 0x0a;
const SPACE = 0x20;
const MAX_BYTES_PER_CHARACTER = 3;
/** Of all that is neither id nor JSON: checksum, kind, three spaces and the newline. */
const FRAME_LENGTH = CHECKSUM_LENGTH + 5;
const DIGITS = Buffer.from('0123456789abcdef');

/**
 * Writes lines such as `1f2e3d4c E 0193… {"id":…}`: a CRC-32 of the rest in hexadecimal, kind, id and JSON. JSON has no
 * newline in it, so after damage the next newline is where reading can go on.
 */
export class LineWriter {
  private buffer = Buffer.allocUnsafe(16_384);

  /** The bytes are good until the next call. */
  write(kind: LineKind, id: string, json: string): Buffer {
    const most = FRAME_LENGTH + (id.length + json.length) * MAX_BYTES_PER_CHARACTER;
    if (most > this.buffer.length) this.buffer = Buffer.allocUnsafe(most * 2);
    const { buffer } = this;
    const start = CHECKSUM_LENGTH + 1;
    let end = start + buffer.write(`${kind} ${id} `, start, 'utf8');
    // By itself: one text of both would be copied once more.
    end += buffer.write(json, end, 'utf8');
    writeHex(buffer, crc32(buffer.subarray(start, end)));
    buffer[CHECKSUM_LENGTH] = SPACE;
    buffer[end] = NEWLINE;
    return buffer.subarray(0, end + 1);
  }
}

/** Reads whole lines; damaged ones are skipped and counted, and the lines around them stay. */
export function readLines(bytes: Buffer): ReadLines {
  const lines: JournalLine[] = [];
  let damagedBytes = 0;
  let start = 0;
  for (let end = bytes.indexOf(NEWLINE); end !== -1; end = bytes.indexOf(NEWLINE, start)) {
    const line = parse(bytes.subarray(start, end));
    if (line) lines.push(line);
    else damagedBytes += end + 1 - start;
    start = end + 1;
  }
  return { lines, consumedBytes: start, damagedBytes };
}

function parse(line: Buffer): JournalLine | null {
  const content = line.subarray(CHECKSUM_LENGTH + 1);
  const kind = content[0] === 0x42 ? 'B' : content[0] === 0x45 ? 'E' : null;
  const idEnd = content.indexOf(SPACE, 2);
  if (line[CHECKSUM_LENGTH] !== SPACE || kind === null || idEnd === -1) return null;
  const checksum = line.toString('latin1', 0, CHECKSUM_LENGTH);
  if (checksum !== crc32(content).toString(16).padStart(CHECKSUM_LENGTH, '0')) return null;
  return { kind, id: content.toString('utf8', 2, idEnd), json: content.subarray(idEnd + 1) };
}

/** At the beginning. A string of it would cost as much as the checksum itself. */
function writeHex(buffer: Buffer, checksum: number): void {
  let rest = checksum;
  for (let at = CHECKSUM_LENGTH - 1; at >= 0; at--) {
    buffer[at] = DIGITS[rest & 0xf]!;
    rest >>>= 4;
  }
}
