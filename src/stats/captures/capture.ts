/** How much of an answer is kept, in bytes as they went to the client. */
const MAX_ANSWER_BYTES = 131_072;

/** Collects what a client is answered while it is sent; a copy, so that no network buffer stays alive for it. */
export class AnswerCapture {
  private readonly pieces: Buffer[] = [];
  private size = 0;

  add(bytes: Buffer): void {
    const room = MAX_ANSWER_BYTES - this.size;
    if (room > 0) this.pieces.push(Buffer.from(bytes.subarray(0, room)));
    this.size += bytes.length;
  }

  get bytes(): Buffer {
    return Buffer.concat(this.pieces);
  }

  get isTruncated(): boolean {
    return this.size > MAX_ANSWER_BYTES;
  }
}

export interface CaptureSettings {
  readonly retentionDays: number;
  readonly redact: boolean;
}

/** One exchange of a key whose owner wants it kept. */
export interface Capture {
  readonly recordId: string;
  readonly keyId: string;
  readonly userId: string | null;
  readonly settings: CaptureSettings;
  readonly request: Buffer;
  readonly answer: AnswerCapture;
  readonly isStream: boolean;
}
