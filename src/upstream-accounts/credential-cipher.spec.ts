import fc from 'fast-check';
import { CredentialCipher, CredentialError } from './credential-cipher.js';

const ROW = '01890000-0000-7000-8000-000000000001';
const OTHER_ROW = '01890000-0000-7000-8000-000000000002';

describe('CredentialCipher', () => {
  const cipher = new CredentialCipher('first-secret', []);

  it('gives back what it was given', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (credential) => {
        expect(cipher.decrypt(ROW, cipher.encrypt(ROW, credential))).toBe(credential);
      }),
    );
  });

  it('never writes the same twice', () => {
    const [one, two] = [cipher.encrypt(ROW, 'sk-canary'), cipher.encrypt(ROW, 'sk-canary')];
    expect(one.ciphertext.equals(two.ciphertext)).toBe(false);
    expect(one.ciphertext.includes('sk-canary')).toBe(false);
  });

  it('does not open in another row', () => {
    const sealed = cipher.encrypt(ROW, 'sk-canary');
    expect(() => cipher.decrypt(OTHER_ROW, sealed)).toThrow(CredentialError);
  });

  it('does not open when one bit was changed', () => {
    const { keyId, ciphertext } = cipher.encrypt(ROW, 'sk-canary');
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: ciphertext.length - 1 }),
        fc.integer({ min: 0, max: 7 }),
        (at, bit) => {
          const damaged = Buffer.from(ciphertext);
          damaged[at]! ^= 1 << bit;
          expect(() => cipher.decrypt(ROW, { keyId, ciphertext: damaged })).toThrow(
            CredentialError,
          );
        },
      ),
    );
  });

  it('does not open when it was cut', () => {
    const { keyId, ciphertext } = cipher.encrypt(ROW, 'sk-canary');
    for (let length = 0; length < ciphertext.length; length++) {
      const cut = { keyId, ciphertext: ciphertext.subarray(0, length) };
      expect(() => cipher.decrypt(ROW, cut)).toThrow(CredentialError);
    }
  });

  it('reads what an older key wrote and writes with the new one', () => {
    const sealed = cipher.encrypt(ROW, 'sk-canary');
    const rotated = new CredentialCipher('second-secret', ['first-secret']);
    expect(rotated.decrypt(ROW, sealed)).toBe('sk-canary');
    expect(rotated.encrypt(ROW, 'x').keyId).toBe(rotated.currentKeyId);
    expect(rotated.currentKeyId).not.toBe(cipher.currentKeyId);
  });

  it('names the key that is missing', () => {
    const sealed = cipher.encrypt(ROW, 'sk-canary');
    expect(() => new CredentialCipher('second-secret', []).decrypt(ROW, sealed)).toThrow(
      `encrypted with key ${cipher.currentKeyId}`,
    );
  });

  it('does not open under the name of another key', () => {
    const { ciphertext } = cipher.encrypt(ROW, 'sk-canary');
    const rotated = new CredentialCipher('second-secret', ['first-secret']);
    const relabelled = { keyId: rotated.currentKeyId, ciphertext };
    expect(() => rotated.decrypt(ROW, relabelled)).toThrow(CredentialError);
  });
});
