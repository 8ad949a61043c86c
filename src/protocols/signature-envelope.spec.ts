import { decodeSignature, encodeSignature, signatureText } from './signature-envelope.js';

describe('signature envelope', () => {
  it.each(['', 'EqQB+/==', '{"ü":1}', 'gw1.x.y'])('carries %j and its provider', (value) => {
    const signature = { provider: 'openai-compatible', value };
    expect(decodeSignature(encodeSignature(signature), 'anthropic')).toEqual(signature);
  });

  it('takes a bare signature for one of the provider whose field it stands in', () => {
    expect(decodeSignature('EqQB', 'anthropic')).toEqual({ provider: 'anthropic', value: 'EqQB' });
  });

  it("writes a provider's own signature bare into its own field only", () => {
    const signature = { provider: 'gemini', value: 'abc' };
    expect(signatureText(signature, 'gemini')).toBe('abc');
    expect(signatureText(signature, 'anthropic')).toMatch(/^gw1\.gemini\./);
  });
});
