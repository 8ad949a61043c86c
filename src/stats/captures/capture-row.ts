import { answerText } from './answer-text.js';
import type { Capture } from './capture.js';
import { redact } from './redact.js';

const MAX_TEXT_LENGTH = 65_536;
const DAY_MS = 86_400_000;

export interface CaptureRow {
  readonly record_id: string;
  readonly api_key_id: string;
  readonly user_id: string | null;
  readonly request: string;
  readonly answer: string;
  readonly redacted: boolean;
  readonly truncated: boolean;
  readonly expires_at: string;
}

/** @param nowMs wall clock */
export function toCaptureRow(capture: Capture, nowMs: number): CaptureRow {
  const { settings, answer, isStream } = capture;
  const request = capture.request.toString('utf8');
  const said = isStream ? answerText(answer.bytes) : answer.bytes.toString('utf8');
  const [keptRequest, keptAnswer] = [request, said].map((text) =>
    (settings.redact ? redact(text) : text).replaceAll('\0', '\ufffd'),
  ) as [string, string];
  return {
    record_id: capture.recordId,
    api_key_id: capture.keyId,
    user_id: capture.userId,
    request: cut(keptRequest),
    answer: cut(keptAnswer),
    redacted: settings.redact,
    truncated:
      answer.isTruncated ||
      capture.isRequestTruncated ||
      Math.max(keptRequest.length, keptAnswer.length) > MAX_TEXT_LENGTH,
    expires_at: new Date(nowMs + settings.retentionDays * DAY_MS).toISOString(),
  };
}

/** At a space, so that no secret is left without the part it would be known by. */
function cut(text: string): string {
  if (text.length <= MAX_TEXT_LENGTH) return text;
  const end = text.lastIndexOf(' ', MAX_TEXT_LENGTH);
  return text.slice(0, end > MAX_TEXT_LENGTH / 2 ? end : MAX_TEXT_LENGTH);
}
