import { scrub } from './logger.js';

describe('scrub', () => {
  it.each([
    'sk-gw-4fT9QxAIwlVbnXHc27Zsm0kGjPYdOuRtEae6B1MNqKv_0aQ3fZ',
    'sk-ant-api03-abcdefgh-ijkl_mnop',
    'sk-proj-1234567890',
    'bce-v3/ALTAK-abc/0123456789abcdef',
    'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl',
    'Bearer abcdefgh12345678',
    'AIzaSyA1234567890abcdefghijklmnopqrstuvw',
    '-----BEGIN PRIVATE KEY-----\nMIIabc\n-----END PRIVATE KEY-----',
  ])('takes %s out', (secret) => {
    expect(scrub(`before ${secret} behind`)).toBe('before [redacted] behind');
  });

  it("takes the password out of a database's address", () => {
    expect(scrub('at postgres://gateway:hunter22@db:5432/gateway now')).toBe(
      'at postgres://gateway:[redacted]@db:5432/gateway now',
    );
  });

  it('leaves ordinary words alone', () => {
    const text = 'the task-list of sk- and Bearer of a risk-free eyJ at https://a.test/b@c';
    expect(scrub(text)).toBe(text);
  });
});
