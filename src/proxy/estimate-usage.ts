import type { EventMeaning } from '../protocols/stream-watcher.js';

/** Bytes of JSON that make a token, on average: English prose is near four and its wrapping lowers it; a Chinese character has three. */
const BYTES_PER_TOKEN = 4;
/** So far apart a body is looked at: whatever counts as a picture or a file is longer. */
const LOOK_EVERY_BYTES = 4_096;
const LOOK_AT_BYTES = 64;
/** About what providers count for a picture of ordinary size. */
const TOKENS_PER_MEDIA = 1_000;
const QUOTE = 0x22;
/** What an answer in one piece has around its text. */
const WRAPPING_BYTES = 400;

/**
 * Tokens of a prompt by the size of its request, where pictures and files in base64 count as what they are. The body is not read
 * through: a look here and there finds anything that is large enough to matter.
 */
export function estimateInputTokens(body: Buffer): number {
  let media = 0;
  let mediaBytes = 0;
  for (let at = LOOK_EVERY_BYTES; at < body.length; at += LOOK_EVERY_BYTES) {
    if (!isBase64(body, at)) continue;
    const end = body.indexOf(QUOTE, at);
    if (end === -1) break;
    media++;
    mediaBytes += end - body.lastIndexOf(QUOTE, at);
    at = end;
  }
  return Math.ceil((body.length - mediaBytes) / BYTES_PER_TOKEN) + media * TOKENS_PER_MEDIA;
}

/** Byte by byte, for prose is told apart by its next space: a text of the bytes would cost more than the look. */
function isBase64(body: Buffer, start: number): boolean {
  const end = Math.min(start + LOOK_AT_BYTES, body.length);
  for (let at = start; at < end; at++) if (BASE64[body[at]!] === 0) return false;
  return true;
}

/** 1 for each character of base64 and of base64url. */
const BASE64 = new Uint8Array(256);
for (const byte of Buffer.from(
  'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=_-',
)) {
  BASE64[byte] = 1;
}

/** Tokens of an answer in one piece that came without the provider's numbers. */
export function estimateOutputTokens(bodyBytes: number): number {
  return Math.ceil(Math.max(0, bodyBytes - WRAPPING_BYTES) / BYTES_PER_TOKEN);
}

interface Metered {
  readonly bytes: Buffer;
  readonly meaning: EventMeaning;
  /** How many of the upstream's these are; absent: one. */
  readonly events?: number;
}

/**
 * Counts a stream for as little as it can cost: the number of events and their bytes. All events of a stream have the same
 * wrapping, of which the smallest one is nearly all; what is beyond it is text. Providers send a token an event at least.
 */
export class StreamMeter {
  private events = 0;
  private bytes = 0;
  private smallest = Infinity;

  add(events: readonly Metered[]): void {
    for (const { bytes, meaning, events: count = 1 } of events) {
      if (meaning !== 'content') continue;
      this.events += count;
      this.bytes += bytes.length;
      this.smallest = Math.min(this.smallest, bytes.length / count);
    }
  }

  get tokens(): number {
    if (this.events === 0) return 0;
    const textBytes = this.bytes - this.events * this.smallest;
    return Math.max(this.events, Math.ceil(textBytes / BYTES_PER_TOKEN));
  }
}
