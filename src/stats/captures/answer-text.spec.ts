import { answerText } from './answer-text.js';

const stream = (...events: object[]): Buffer =>
  Buffer.from(events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join(''));

describe('answerText', () => {
  it.each<[string, object[]]>([
    [
      'chat',
      [
        { choices: [{ delta: { role: 'assistant', content: '' } }] },
        { choices: [{ delta: { content: 'Hel' } }] },
        { choices: [{ delta: { content: 'lo' }, finish_reason: 'stop' }] },
      ],
    ],
    [
      'Anthropic',
      [
        { type: 'message_start', message: { content: [] } },
        { type: 'content_block_delta', delta: { type: 'text_delta', text: 'Hel' } },
        { type: 'content_block_delta', delta: { type: 'text_delta', text: 'lo' } },
      ],
    ],
    [
      'Responses',
      [
        { type: 'response.created', response: { output: [], instructions: 'text' } },
        { type: 'response.output_text.delta', delta: 'Hel' },
        { type: 'response.output_text.delta', delta: 'lo' },
        { type: 'response.output_text.done', text: 'Hello' },
      ],
    ],
  ])('puts a stream of %s together', (_, events) => {
    expect(answerText(stream(...events))).toBe('Hello');
  });

  it('takes in the arguments of tools', () => {
    const call = { function: { name: 'f', arguments: '{"a":1}' } };
    expect(answerText(stream({ choices: [{ delta: { tool_calls: [call] } }] }))).toBe('{"a":1}');
  });

  it('passes over what is no event', () => {
    expect(answerText(Buffer.from('data: [DONE]\n\n: comment\n\ndata: {"cut'))).toBe('');
  });
});
