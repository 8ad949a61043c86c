import { OpenAiStreamWatcher } from './stream-watcher.js';

const chunk = (value: unknown) => Buffer.from(`data: ${JSON.stringify(value)}\n\n`);
const delta = (fields: object, finish_reason: string | null = null) =>
  chunk({ choices: [{ index: 0, delta: fields, finish_reason }], usage: null });

describe('OpenAiStreamWatcher', () => {
  it('sees the answer begin with the first content, not with a role or a comment', () => {
    const watcher = new OpenAiStreamWatcher();
    expect(watcher.read(Buffer.from(': OPENROUTER PROCESSING\n\n'))).toBe('prelude');
    expect(watcher.read(chunk({ choices: [], prompt_filter_results: [{}] }))).toBe('prelude');
    expect(watcher.read(delta({ role: 'assistant', content: '', refusal: null }))).toBe('prelude');
    expect(watcher.read(delta({ content: 'Hi' }))).toBe('content');
    expect(watcher.finished).toBe(false);
  });

  it.each([
    { tool_calls: [{ index: 0, id: 'call_1' }] },
    { reasoning_content: 'hm' },
    { content: [{ type: 'text', text: 'x' }] },
  ])('takes %j for content', (fields) => {
    expect(new OpenAiStreamWatcher().read(delta({ role: 'assistant', ...fields }))).toBe('content');
  });

  it('knows the end by a finish reason or by [DONE]', () => {
    const byReason = new OpenAiStreamWatcher();
    byReason.read(delta({ content: 'a' }));
    byReason.read(delta({}, 'stop'));
    expect(byReason.finished).toBe(true);
    const byDone = new OpenAiStreamWatcher();
    byDone.read(Buffer.from('data: [DONE]\n\n'));
    expect(byDone.finished).toBe(true);
  });

  it('tells a chunk of usage alone from one that carries more', () => {
    const usage = { prompt_tokens: 5, completion_tokens: 2, total_tokens: 7 };
    const watcher = new OpenAiStreamWatcher();
    watcher.read(delta({ content: 'a' }));
    expect(watcher.read(chunk({ choices: [{ delta: {}, finish_reason: 'stop' }], usage }))).toBe(
      'content',
    );
    expect(watcher.read(chunk({ choices: [], usage }))).toBe('usage');
    expect(watcher.usage).toMatchObject({ inputTokens: 5, outputTokens: 2 });
  });

  it('finds an error before and behind the first content', () => {
    const watcher = new OpenAiStreamWatcher();
    expect(watcher.read(chunk({ error: { message: 'overloaded' } }))).toBe('error');
    expect(watcher.errorMessage).toBe('overloaded');
    watcher.read(delta({ content: 'a' }));
    expect(watcher.read(chunk({ error: 'cut', choices: [] }))).toBe('error');
  });

  it('is not fooled by text that speaks of usage, errors or the end', () => {
    const watcher = new OpenAiStreamWatcher();
    watcher.read(delta({ content: 'a' }));
    const text = '"error":{}, "finish_reason":"stop", "usage":{}, [DONE]';
    expect(watcher.read(delta({ content: text }))).toBe('content');
    expect(watcher).toMatchObject({ finished: false, usage: null, errorMessage: null });
  });

  it.each([{ choices: [null] }, { choices: 'x' }, { choices: [], usage: 1 }])(
    'is not thrown by the damaged chunk %j',
    (value) => {
      expect(new OpenAiStreamWatcher().read(chunk(value))).toBe('prelude');
    },
  );

  it('takes what is not JSON for an error', () => {
    expect(new OpenAiStreamWatcher().read(Buffer.from('data: <html>\n\n'))).toBe('error');
  });
});
