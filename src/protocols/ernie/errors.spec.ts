import { readErnieError } from './errors.js';

describe('readErnieError', () => {
  it.each([
    [1, 'server_error'],
    [2, 'overloaded'],
    [4, 'rate_limited'],
    [6, 'credential_rejected'],
    [17, 'quota_exhausted'],
    [18, 'rate_limited'],
    [336000, 'server_error'],
    [336003, 'request_refused'],
    [336100, 'overloaded'],
    [336502, 'rate_limited'],
    [999, 'server_error'],
  ])('takes code %d for %s', (code, kind) => {
    expect(readErnieError({ error_code: code })).toMatchObject({
      code,
      kind,
      needsNewToken: false,
    });
  });

  it('asks for a new token where the old one has expired', () => {
    expect(readErnieError({ error_code: 111, error_msg: 'Access token expired' })).toEqual({
      code: 111,
      message: 'Access token expired',
      kind: 'credential_rejected',
      needsNewToken: true,
    });
  });

  it('finds none in an answer', () => {
    expect(readErnieError({ result: 'a' })).toBeNull();
  });
});
