import { callForms } from './client-protocols.js';
import { checkAnswer } from './whole-answer.js';

const check = (json: string, operation: 'chat' | 'messages' = 'chat') =>
  checkAnswer(Buffer.from(json), callForms[operation].readUsage);

describe('checkAnswer', () => {
  it("reads the usage in the protocol's own terms", () => {
    expect(check('{"usage":{"prompt_tokens":9,"completion_tokens":3}}')).toMatchObject({
      ok: true,
      usage: { inputTokens: 9, outputTokens: 3 },
    });
    expect(check('{"usage":{"input_tokens":5,"output_tokens":2}}', 'messages')).toMatchObject({
      ok: true,
      usage: { inputTokens: 5, outputTokens: 2 },
    });
  });

  it.each(['{}', '{"usage":null,"error":null}'])('is an answer without usage: %s', (json) => {
    expect(check(json)).toEqual({ ok: true, usage: null });
  });

  it('cuts the words of an error', () => {
    const result = check(`{"error":"${'x'.repeat(1_000)}"}`);
    expect(result).toMatchObject({ ok: false, kind: 'server_error' });
    expect('detail' in result && result.detail.length).toBe(300);
  });

  it.each(['', '<html>', '{"usage":', '[]', '{"usage":{"a":}}'])('is no answer: %j', (json) => {
    expect(check(json)).toMatchObject({ ok: false, kind: 'malformed' });
  });
});
