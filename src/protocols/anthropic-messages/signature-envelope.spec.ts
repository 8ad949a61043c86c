import fc from 'fast-check';
import { readEnvelope, writeEnvelope, type SignaturePlace } from './signature-envelope.js';

const places = fc.constantFrom<SignaturePlace>('here', 'next', 'previous');
const text = fc.string({ unit: 'grapheme', maxLength: 40 });

describe('the signature envelope', () => {
  it("brings any provider's signature back as it was", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), text, places, (provider, value, place) => {
        fc.pre(provider !== 'anthropic');
        const signature = { provider, value };
        expect(readEnvelope(writeEnvelope(signature, place))).toEqual({ signature, place });
      }),
    );
  });

  it("leaves Anthropic's own signatures alone", () => {
    fc.assert(
      fc.property(fc.base64String({ minLength: 4 }), (value) => {
        const signature = { provider: 'anthropic', value };
        expect(writeEnvelope(signature)).toBe(value);
        expect(readEnvelope(value)).toEqual({ signature, place: 'here' });
      }),
    );
  });

  it('reads any text without an error', () => {
    fc.assert(
      fc.property(fc.string(), (any) => {
        expect(() => readEnvelope(any)).not.toThrow();
      }),
    );
  });

  it('says in plain ASCII which provider signed', () => {
    expect(writeEnvelope({ provider: 'gemini', value: 'Ep/+' })).toBe('gw1.gemini.RXAvKw');
  });

  it('has one for thinking that nobody signed', () => {
    expect(writeEnvelope(null)).toBe('gw1..');
    expect(readEnvelope('gw1..').signature).toBeNull();
    expect(readEnvelope('').signature).toBeNull();
  });
});
