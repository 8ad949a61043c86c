import { formatEvent } from '../sse.js';
import { ResponsesStreamWatcher } from './stream-watcher.js';

const event = (type: string, fields: object = {}) =>
  Buffer.from(formatEvent(JSON.stringify({ type, ...fields }), type));
const added = (type: string) => event('response.output_item.added', { item: { type } });

describe('ResponsesStreamWatcher', () => {
  it('sees the answer begin with the first content, not with empty frames', () => {
    const watcher = new ResponsesStreamWatcher();
    const frames = [
      Buffer.from(': keep-alive\n\n'),
      event('response.created', { response: { status: 'in_progress' } }),
      event('response.in_progress'),
      added('reasoning'),
      event('response.reasoning_summary_part.added'),
      added('message'),
      event('response.content_part.added'),
    ];
    expect(frames.map((frame) => watcher.read(frame))).toEqual(frames.map(() => 'prelude'));
    expect(watcher.read(event('response.output_text.delta', { delta: 'Hi' }))).toBe('content');
    expect(watcher.read(added('reasoning'))).toBe('content');
    expect(watcher.finished).toBe(false);
  });

  it('takes a call and a finished item for content', () => {
    expect(new ResponsesStreamWatcher().read(added('function_call'))).toBe('content');
    const done = event('response.output_item.done', { item: { type: 'reasoning' } });
    expect(new ResponsesStreamWatcher().read(done)).toBe('content');
  });

  it.each(['response.completed', 'response.incomplete'])('knows the end by %s', (type) => {
    const watcher = new ResponsesStreamWatcher();
    const usage = { input_tokens: 5, output_tokens: 2 };
    expect(watcher.read(event(type, { response: { usage } }))).toBe('content');
    expect(watcher).toMatchObject({
      finished: true,
      usage: { inputTokens: 5, outputTokens: 2 },
      errorMessage: null,
    });
  });

  it('finds a failure before the content and behind it', () => {
    const failed = event('response.failed', { response: { error: { message: 'broken' } } });
    const early = new ResponsesStreamWatcher();
    expect(early.read(failed)).toBe('error');
    expect(early).toMatchObject({ finished: true, errorMessage: 'broken' });
    const late = new ResponsesStreamWatcher();
    late.read(event('response.output_text.delta', { delta: 'x' }));
    expect(late.read(failed)).toBe('content');
    expect(late).toMatchObject({ finished: true, errorMessage: 'broken' });
  });

  it.each([
    { message: 'busy', code: 'rate_limit_exceeded', param: null },
    { error: { message: 'busy', code: 'rate_limit_exceeded' } },
  ])('reads the error event %j', (fields) => {
    const watcher = new ResponsesStreamWatcher();
    watcher.read(event('response.output_text.delta', { delta: 'x' }));
    expect(watcher.read(event('error', fields))).toBe('error');
    expect(watcher).toMatchObject({ finished: false, errorMessage: 'busy' });
  });

  it('does without the event line', () => {
    const watcher = new ResponsesStreamWatcher();
    const unnamed = (type: string, fields: object = {}) =>
      Buffer.from(formatEvent(JSON.stringify({ type, ...fields })));
    expect(watcher.read(unnamed('response.created'))).toBe('prelude');
    expect(watcher.read(unnamed('response.output_text.delta'))).toBe('content');
    watcher.read(unnamed('response.completed', { response: { usage: { input_tokens: 1 } } }));
    expect(watcher).toMatchObject({ finished: true, usage: { inputTokens: 1 } });
  });

  it('is not fooled by text that speaks of the end', () => {
    const watcher = new ResponsesStreamWatcher();
    const delta = 'event: response.completed\ndata: {"usage":{}}\n\n';
    expect(watcher.read(event('response.output_text.delta', { delta }))).toBe('content');
    expect(watcher.read(event('response.output_text.delta', { delta }))).toBe('content');
    expect(watcher).toMatchObject({ finished: false, usage: null, errorMessage: null });
  });

  it('takes what is not JSON for an error', () => {
    expect(new ResponsesStreamWatcher().read(Buffer.from('data: <html>\n\n'))).toBe('error');
  });
});
