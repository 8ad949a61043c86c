import { withoutForeignThinking } from './without-foreign-thinking.js';
import { writeEnvelope } from './signature-envelope.js';

const FOREIGN = writeEnvelope({ provider: 'gemini', value: 'x' }, 'next');
const text = { type: 'text', text: 'Hello.' };
const own = { type: 'thinking', thinking: 'Hm.', signature: 'QW50aHJvcGlj' };
const foreign = { type: 'thinking', thinking: '', signature: FOREIGN };
const assistant = (...content: object[]) => ({ role: 'assistant', content });

describe('withoutForeignThinking', () => {
  it.each([
    ['signed elsewhere', foreign],
    ['nobody signed', { ...foreign, signature: writeEnvelope(null) }],
    ['hidden elsewhere', { type: 'redacted_thinking', data: 'gw1.openrouter.eA' }],
  ])('takes out thinking %s and nothing else', (_, block) => {
    const user = { role: 'user', content: 'Hi.' };
    expect(
      withoutForeignThinking({ model: 'm', messages: [user, assistant(own, block, text)], x: 1 }),
    ).toEqual({ model: 'm', messages: [user, assistant(own, text)], x: 1 });
  });

  it('leaves no message empty', () => {
    expect(withoutForeignThinking({ messages: [assistant(foreign)] })).toEqual({ messages: [] });
  });

  it('gives back what has none', () => {
    const body = { messages: [assistant(own, { type: 'text', text: 'gw1.a.b' })] };
    expect(withoutForeignThinking(body)).toBe(body);
  });

  it('gives up where thinking has a budget', () => {
    const thinking = { type: 'enabled', budget_tokens: 1_024 };
    expect(withoutForeignThinking({ thinking, messages: [assistant(foreign, text)] })).toBeNull();
  });
});
