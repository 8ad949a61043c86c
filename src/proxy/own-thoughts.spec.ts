import { scanWithMarks, valueOf } from '../protocols/json-scan.js';
import type { Operation } from '../providers/provider-adapter.js';
import type { ClientCall } from './client-call.js';
import { THOUGHT_MARKS, withOwnThoughts } from './own-thoughts.js';

const foreign = { type: 'reasoning', summary: [], encrypted_content: 'gw1.gemini.eA' };

describe('withOwnThoughts', () => {
  it('takes out what other providers signed, and finds the members again', () => {
    const body = JSON.stringify({ input: [foreign], model: 'm' });
    const own = withOwnThoughts(call('responses', body), 'anthropic')!;
    expect(own.body.toString()).toBe('{"input":[],"model":"m"}');
    expect(valueOf(own.body, own.members.get('model')!)).toBe('m');
  });

  it.each<[Operation, string]>([
    ['responses', '{ "model": "m", "input": "what is \\"gw1.a.b\\"?" }'],
    ['messages', '{ "model": "m", "messages": [] }'],
    ['chat', JSON.stringify({ model: 'm', messages: ['gw1'] })],
  ])('leaves every byte of other %s alone', (operation, body) => {
    const untouched = call(operation, body);
    expect(withOwnThoughts(untouched, 'anthropic')).toBe(untouched);
  });

  it('takes the marks of translated answers out of what goes to OpenAI, and to nobody who may want them', () => {
    const message = { role: 'assistant', content: 'Hi', thinking_blocks: [{ signature: 's' }] };
    const asked = call('chat', JSON.stringify({ model: 'm', messages: [message] }));
    const body = withOwnThoughts(asked, 'openai')!.body.toString();
    expect(body).toBe('{"model":"m","messages":[{"role":"assistant","content":"Hi"}]}');
    expect(withOwnThoughts(asked, 'openai-compatible')).toBe(asked);
  });

  it('gives up on what has to be translated', () => {
    const block = { type: 'thinking', thinking: '', signature: 'gw1.gemini.eA' };
    const messages = [{ role: 'assistant', content: [block] }];
    const body = { model: 'm', thinking: { type: 'enabled', budget_tokens: 1_024 }, messages };
    expect(withOwnThoughts(call('messages', JSON.stringify(body)), 'anthropic')).toBeNull();
  });
});

function call(operation: Operation, json: string): ClientCall {
  const body = Buffer.from(json);
  const scan = scanWithMarks(body, new Set(['model']), THOUGHT_MARKS);
  return { operation, body, ...scan } as unknown as ClientCall;
}
