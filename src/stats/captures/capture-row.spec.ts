import { AnswerCapture, excerptOf } from './capture.js';
import { toCaptureRow, type CaptureRow } from './capture-row.js';

describe('toCaptureRow', () => {
  it.each([
    ['nothing of a short text', '{"a":1}', false],
    ['nothing of a text in letters of several bytes', 'é€😀'.repeat(1_000), false],
    ['the end of a text that is longer than is stored', 'a '.repeat(40_000), true],
    ['the end of a body of megabytes', 'a'.repeat(4_000_000), true],
  ])('tells that it leaves out %s', (_, text, isTruncated) => {
    const row = rowOf(Buffer.from(text));
    expect(row.truncated).toBe(isTruncated);
    expect(text.startsWith(row.request)).toBe(true);
    expect(row.request.length === text.length).toBe(!isTruncated);
  });

  it('keeps no buffer of the request alive', () => {
    const body = Buffer.alloc(1_000_000);
    expect(excerptOf(body).request.buffer).not.toBe(body.buffer);
  });
});

function rowOf(body: Buffer): CaptureRow {
  const settings = { retentionDays: 1, redact: true };
  const answer = new AnswerCapture();
  const who = { recordId: 'r', keyId: 'k', userId: null, settings, answer, isStream: false };
  return toCaptureRow({ ...who, ...excerptOf(body) }, 0);
}
