/** How much of a request is kept: twice what is stored, so that what redaction takes out makes room. */
const MAX_REQUEST_BYTES = 131_072;
/** The same of an answer, in bytes as they went to the client. */
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

  get keptBytes(): number {
    return Math.min(this.size, MAX_ANSWER_BYTES);
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
  /** What the client sent, or its beginning. */
  readonly request: Buffer;
  readonly isRequestTruncated: boolean;
  readonly answer: AnswerCapture;
  readonly isStream: boolean;
}

/** A copy of the beginning, so that a body of megabytes does not stay alive for it. */
export function excerptOf(body: Buffer): Pick<Capture, 'request' | 'isRequestTruncated'> {
  return {
    request: Buffer.from(body.subarray(0, MAX_REQUEST_BYTES)),
    isRequestTruncated: body.length > MAX_REQUEST_BYTES,
  };
}
