import type { ConversationAnswer, ConversationEvent } from '../conversation.js';
import { NO_USAGE } from '../token-usage.js';
import type { EncodingContext } from '../translation.js';
import { decodeOpenAiCompletionRequest } from './decode-request.js';
import { encodeOpenAiCompletionAnswer } from './encode-answer.js';
import { OpenAiCompletionStreamEncoder } from './encode-stream.js';

const context: EncodingContext = {
  requestedModel: 'asked',
  id: 'cmpl-1',
  createdAt: 9,
  wantsUsage: true,
  request: {} as EncodingContext['request'],
};

describe('openai-completions', () => {
  it('takes the prompt for what the user says', () => {
    expect(
      decodeOpenAiCompletionRequest({ model: 'm', prompt: ['Hi'], stop: 'x', echo: false }),
    ).toMatchObject({
      turns: [{ role: 'user', blocks: [{ type: 'text', text: 'Hi' }] }],
      maxOutputTokens: 16,
      sampling: { stop: ['x'] },
      extras: [],
    });
  });

  it.each([
    [{ prompt: ['a', 'b'] }, 'prompt'],
    [{ prompt: [1, 2] }, 'prompt'],
    [{ prompt: [[1]] }, 'prompt'],
    [{ prompt: null }, 'prompt'],
    [{ echo: true }, 'echo'],
    [{ suffix: 's' }, 'suffix'],
    [{ best_of: 2 }, 'best_of'],
    [{ logprobs: 0 }, 'logprobs'],
  ])('refuses %j', (more, param) => {
    expect(() => decodeOpenAiCompletionRequest({ model: 'm', prompt: 'x', ...more })).toThrow(
      expect.objectContaining({ param }),
    );
  });

  it('writes the text of an answer without its thoughts', () => {
    const answer: ConversationAnswer = {
      id: 'x',
      model: 'up',
      createdAt: null,
      candidates: [
        {
          blocks: [
            { type: 'thinking', text: 'hm', signature: null },
            { type: 'text', text: 'Hi' },
          ],
          finishReason: 'length',
          stopSequence: null,
          logprobs: null,
        },
      ],
      usage: { ...NO_USAGE, inputTokens: 1, outputTokens: 2 },
    };
    expect(encodeOpenAiCompletionAnswer(answer, context)).toMatchObject({
      object: 'text_completion',
      created: 9,
      model: 'asked',
      choices: [{ text: 'Hi', index: 0, logprobs: null, finish_reason: 'length' }],
      usage: { total_tokens: 3 },
    });
  });

  it('writes the same as a stream', () => {
    const encoder = new OpenAiCompletionStreamEncoder(context);
    const at = { candidate: 0, index: 0 };
    const events: ConversationEvent[] = [
      { type: 'start', id: 'x', model: 'up', createdAt: null, usage: null },
      { type: 'block_start', ...at, block: { type: 'thinking', text: '', signature: null } },
      { type: 'block_delta', ...at, delta: { type: 'text', text: 'hm' } },
      { type: 'block_end', ...at },
      { type: 'block_start', candidate: 0, index: 1, block: { type: 'text', text: '' } },
      { type: 'block_delta', candidate: 0, index: 1, delta: { type: 'text', text: 'Hi' } },
      { type: 'block_end', candidate: 0, index: 1 },
      { type: 'usage', usage: { ...NO_USAGE, outputTokens: 2 } },
      { type: 'finish', candidate: 0, reason: 'stop', stopSequence: null },
    ];
    const chunks = (events.map((event) => encoder.encode(event)).join('') + encoder.end())
      .trim()
      .split('\n\n')
      .map((line) => line.slice(6));
    expect(chunks.pop()).toBe('[DONE]');
    expect(chunks.map((chunk) => JSON.parse(chunk) as unknown)).toMatchObject([
      { object: 'text_completion', choices: [{ text: 'Hi', finish_reason: null }], usage: null },
      { choices: [{ text: '', finish_reason: 'stop' }] },
      { choices: [], usage: { completion_tokens: 2 } },
    ]);
  });
});
