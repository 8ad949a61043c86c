import { IsBoolean, IsInt, Max, Min } from 'class-validator';
import { MayBeAbsent } from '../../common/may-be-absent.js';

export class CaptureSettingsDto {
  /**
   * For how long requests and answers are kept.
   * @example 7
   */
  @IsInt()
  @Min(1)
  @Max(365)
  retention_days: number;

  /**
   * Takes keys and passwords, e-mail addresses and card numbers out before anything is kept.
   * @example true
   */
  @MayBeAbsent()
  @IsBoolean()
  redact: boolean = true;
}

/** What was said in one request. */
export class CaptureDto {
  request_id: string;

  /** The body as the client sent it. */
  request: string;

  /** The body of the answer, or the text of a stream. */
  answer: string;

  redacted: boolean;

  /** Whether the end of the request or the answer was too much to keep. */
  truncated: boolean;

  expires_at: Date;

  static from(row: Omit<CaptureDto, 'request_id'> & { record_id: string }): CaptureDto {
    const { record_id, request, answer, redacted, truncated, expires_at } = row;
    return { request_id: record_id, request, answer, redacted, truncated, expires_at };
  }
}

export class ForgottenDto {
  /** Requests and answers that were deleted. */
  captures: number;

  /** Records that no longer tell whose they are. */
  requests: number;
}
