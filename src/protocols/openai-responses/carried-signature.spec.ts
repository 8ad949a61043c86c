import fc from 'fast-check';
import {
  readCarriedSignature,
  writeCarriedSignature,
  type CarriedSignature,
} from './carried-signature.js';

describe('carried signatures', () => {
  it('come back as they went', () => {
    const signature = fc.record({
      provider: fc.constantFrom('anthropic', 'gemini'),
      value: fc.string({ unit: 'grapheme' }),
    });
    const carried: fc.Arbitrary<CarriedSignature> = fc.oneof(
      fc.record({ signs: fc.constantFrom('thinking', 'redacted', 'text'), signature }),
      fc.record({
        signs: fc.constant('call'),
        callId: fc.string({ unit: 'grapheme', minLength: 1 }),
        signature,
      }),
    );
    fc.assert(
      fc.property(carried, (value) => {
        expect(readCarriedSignature(writeCarriedSignature(value))).toEqual(value);
      }),
    );
  });

  it('leave what OpenAI encrypted alone', () => {
    const own = {
      signs: 'thinking',
      signature: { provider: 'openai', value: 'gAAA.text' },
    } as const;
    expect(writeCarriedSignature(own)).toBe('gAAA.text');
    expect(readCarriedSignature('gAAA.text')).toEqual(own);
  });
});
