import { callForms } from './client-protocols.js';
import { checkAnswer } from './whole-answer.js';

const check = (json: string, operation: 'chat' | 'messages' | 'responses' = 'chat') =>
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

  it('reads of a response what is not in its usage', () => {
    const answer = '{"usage":{"input_tokens":5},"tool_usage":{"web_search":{"num_requests":2}}}';
    expect(check(answer, 'responses')).toMatchObject({
      usage: { inputTokens: 5, serverTools: { webSearches: 2 } },
    });
    const items = '{"output":[{"type":"web_search_call","status":"completed"}],"usage":{}}';
    expect(check(items, 'responses')).toMatchObject({ usage: { serverTools: { webSearches: 1 } } });
    expect(check('{"usage":{"prompt_tokens":9},"output":[]}')).toMatchObject({ ok: true });
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
