import { redact } from './redact.js';

describe('redact', () => {
  it.each([
    ['my key is sk-proj-abcdefgh12345678 ok', 'my key is [secret] ok'],
    [
      String.raw`{"content":"first\nsk-ant-REDACTME-0123"}`,
      String.raw`{"content":"first\n[secret]"}`,
    ],
    ['Authorization: Bearer abcdefghijklmnop', 'Authorization: [secret]'],
    ['AKIAIOSFODNN7EXAMPLE', '[secret]'],
    ['ghp_abcdefghijklmnopqrstuvwx', '[secret]'],
    ['postgres://me:hunter22@host/db', 'postgres://me:[secret]@host/db'],
    [String.raw`{\"password\": \"hunter2222\"}`, String.raw`{\"password\": \"[secret]\"}`],
    [
      '-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY----- after',
      '[secret] after',
    ],
    ['-----BEGIN RSA PRIVATE KEY-----\nMIIE cut off', '[secret]'],
    ['write to jane.doe+x@example.co.uk, please', 'write to [email], please'],
    ['card 4111 1111 1111 1111.', 'card [card].'],
    ['card 4111-1111-1111-1111', 'card [card]'],
  ])('takes the secret out of %j', (text, expected) => {
    expect(redact(text)).toBe(expected);
  });

  it.each([
    'a risk-adjusted return, a task-force, @home',
    'order 4111 1111 1111 1112 and 20261126120000',
    'the token count is 12, the secret of success',
  ])('leaves %j as it is', (text) => {
    expect(redact(text)).toBe(text);
  });

  it('takes no longer for text made to be slow', () => {
    const startedAt = performance.now();
    for (const text of ['a@'.repeat(30_000), '1'.repeat(60_000), 'password: '.repeat(6_000)]) {
      redact(text);
    }
    expect(performance.now() - startedAt).toBeLessThan(1_000);
  });
});
