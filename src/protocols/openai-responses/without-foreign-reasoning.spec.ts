import { writeCarriedSignature } from './carried-signature.js';
import { withoutForeignReasoning } from './without-foreign-reasoning.js';

const message = { type: 'message', role: 'user', content: 'Hi.' };
const own = { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'gAAAAA' };
const unproven = { type: 'reasoning', id: 'rs_2', summary: [], encrypted_content: null };
const foreign = {
  ...own,
  encrypted_content: writeCarriedSignature({
    signs: 'call',
    callId: 'call_1',
    signature: { provider: 'gemini', value: 'x' },
  }),
};

describe('withoutForeignReasoning', () => {
  it('takes out reasoning of other providers and nothing else', () => {
    expect(withoutForeignReasoning({ model: 'm', input: [message, foreign, own], x: 1 })).toEqual({
      model: 'm',
      input: [message, own],
      x: 1,
    });
  });

  it('takes out reasoning without any proof when nothing is stored', () => {
    const input = [message, unproven];
    expect(withoutForeignReasoning({ store: false, input })).toEqual({
      store: false,
      input: [message],
    });
    expect(withoutForeignReasoning({ input })).toEqual({ input });
  });

  it('gives back what has none', () => {
    const body = { input: [message, own] };
    expect(withoutForeignReasoning(body)).toBe(body);
    expect(withoutForeignReasoning({ input: 'gw1' })).toEqual({ input: 'gw1' });
  });
});
