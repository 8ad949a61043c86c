import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { ApiKeyHasher, displayPrefix, generateSecret, hasValidChecksum } from './api-key-secret.js';

const random256 = fc.uint8Array({ minLength: 32, maxLength: 32 });
const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

describe('generateSecret', () => {
  it('has the documented form', () => {
    fc.assert(
      fc.property(random256, (random) => {
        expect(generateSecret(random)).toMatch(/^sk-gw-[0-9A-Za-z]{43}_[0-9A-Za-z]{6}$/);
      }),
    );
  });

  it('keeps every bit of its randomness', () => {
    fc.assert(
      fc.property(random256, (random) => {
        const written = generateSecret(random).slice(6, 49);
        const number = written
          .split('')
          .reduce((sum, digit) => sum * 62n + BigInt(DIGITS.indexOf(digit)), 0n);
        expect(number).toBe(BigInt(`0x${Buffer.from(random).toString('hex')}`));
      }),
    );
  });

  it('does not repeat', () => {
    expect(new Set(Array.from({ length: 1_000 }, () => generateSecret())).size).toBe(1_000);
  });
});

describe('hasValidChecksum', () => {
  it('takes every key that was generated', () => {
    fc.assert(
      fc.property(random256, (random) => {
        expect(hasValidChecksum(generateSecret(random))).toBe(true);
      }),
    );
  });

  it('refuses a key with one other character', () => {
    fc.assert(
      fc.property(
        random256,
        fc.integer({ min: 6, max: 55 }),
        fc.constantFrom(...DIGITS.split('')),
        (random, at, digit) => {
          const secret = generateSecret(random);
          fc.pre(secret[at] !== digit);
          expect(hasValidChecksum(secret.slice(0, at) + digit + secret.slice(at + 1))).toBe(false);
        },
      ),
    );
  });

  it.each(['sk-gw-', 'sk-gw-short_123456', `${generateSecret()}x`, `${generateSecret()}\n`])(
    'refuses %j',
    (secret) => expect(hasValidChecksum(secret)).toBe(false),
  );

  it.each(['sk-my-own-master-key-0001', 'whatever-it-was-before', ''])(
    'does not judge %j, which is not ours',
    (secret) => expect(hasValidChecksum(secret)).toBe(true),
  );
});

describe('displayPrefix', () => {
  it('shows six characters of the random part', () => {
    expect(displayPrefix(generateSecret())).toMatch(/^sk-gw-[0-9A-Za-z]{6}$/);
  });

  it('shows a quarter of a foreign key at most', () => {
    expect(displayPrefix('0123456789abcdef')).toBe('0123');
    expect(displayPrefix('x'.repeat(400))).toBe('x'.repeat(12));
  });
});

describe('ApiKeyHasher', () => {
  it('is HMAC-SHA-256 with the pepper', () => {
    const digest = new ApiKeyHasher('pepper').digest('secret');
    expect(digest).toBe(createHmac('sha256', 'pepper').update('secret').digest('hex'));
  });

  it('depends on the pepper', () => {
    expect(new ApiKeyHasher('one').digest('x')).not.toBe(new ApiKeyHasher('two').digest('x'));
  });
});
