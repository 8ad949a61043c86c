import { withoutForeignThoughts } from './without-foreign-thoughts.js';

const call = { id: 'a', type: 'function', function: { name: 'f', arguments: '{}' } };
const ours = {
  role: 'assistant',
  content: 'Hi',
  reasoning_content: 'hm',
  thinking_blocks: [{ type: 'thinking', thinking: 'hm', signature: 's' }],
  tool_calls: [{ ...call, extra_content: { google: { thought_signature: 's' } } }],
};
const user = { role: 'user', content: 'hi', images: 'its own business' };

describe('withoutForeignThoughts', () => {
  it('takes out what only translated answers have, where a signature tells that it was one', () => {
    const body = { model: 'm', messages: [user, ours] };
    expect(withoutForeignThoughts(body)).toEqual({
      model: 'm',
      messages: [user, { role: 'assistant', content: 'Hi', tool_calls: [call] }],
    });
  });

  it('leaves every other message alone', () => {
    const plain = { role: 'assistant', content: 'Hi', reasoning_content: 'hm', tool_calls: [call] };
    const body = { messages: [user, plain, null] };
    expect(withoutForeignThoughts(body)).toBe(body);
  });
});
