import type { Refusal } from './carrier.js';
import { failureUnderSuccess } from './failure-under-success.js';

function failure(body: unknown, refusalIn?: () => Refusal | null) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const headers = { 'retry-after': '3' };
  return failureUnderSuccess({ status: 200, headers, body: Buffer.from(text) }, refusalIn, 0);
}

describe('failureUnderSuccess', () => {
  it.each([
    ['overloaded_error', 'overloaded'],
    ['rate_limit_exceeded', 'rate_limited'],
    ['insufficient_quota', 'quota_exhausted'],
    ['api_error', 'server_error'],
  ])('takes %s for %s, under the status that was sent', (type, kind) => {
    expect(failure({ error: { type, message: 'no' } })).toEqual({
      kind,
      status: 200,
      detail: 'no',
      retryAfterMs: 3_000,
    });
  });

  it.each(['not JSON', '{}', '[]'])('takes %s for no answer at all', (body) => {
    expect(failure(body).kind).toBe('malformed');
  });

  it("goes by the protocol's own form of a refusal first", () => {
    const refusalIn = (): Refusal => ({ kind: 'token_expired', detail: 'expired' });
    expect(failure({ error_code: 110 }, refusalIn)).toEqual({
      kind: 'token_expired',
      status: 200,
      detail: 'expired',
      retryAfterMs: null,
    });
  });
});
