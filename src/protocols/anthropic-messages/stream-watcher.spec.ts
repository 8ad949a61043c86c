import { AnthropicStreamWatcher } from './stream-watcher.js';

const event = (value: { type: string } & Record<string, unknown>) =>
  Buffer.from(`event: ${value.type}\ndata: ${JSON.stringify(value)}\n\n`);
const start = event({
  type: 'message_start',
  message: { usage: { input_tokens: 7, cache_read_input_tokens: 2, output_tokens: 1 } },
});

describe('AnthropicStreamWatcher', () => {
  it('sees the answer begin with the first delta', () => {
    const watcher = new AnthropicStreamWatcher();
    const block = { type: 'text', text: '' };
    expect(watcher.read(start)).toBe('prelude');
    expect(watcher.read(event({ type: 'ping' }))).toBe('prelude');
    expect(watcher.read(event({ type: 'content_block_start', content_block: block }))).toBe(
      'prelude',
    );
    expect(watcher.read(event({ type: 'content_block_delta', delta: {} }))).toBe('content');
    expect(watcher.read(event({ type: 'ping' }))).toBe('content');
  });

  it('takes the start of a tool call for content', () => {
    const block = { type: 'tool_use', name: 'get_weather' };
    const watcher = new AnthropicStreamWatcher();
    expect(watcher.read(event({ type: 'content_block_start', content_block: block }))).toBe(
      'content',
    );
  });

  it('lets later usage replace earlier usage', () => {
    const watcher = new AnthropicStreamWatcher();
    watcher.read(start);
    watcher.read(event({ type: 'message_delta', usage: { input_tokens: 9, output_tokens: 12 } }));
    expect(watcher.usage).toMatchObject({ inputTokens: 9, cacheReadTokens: 2, outputTokens: 12 });
  });

  it('ends with message_stop only', () => {
    const watcher = new AnthropicStreamWatcher();
    watcher.read(event({ type: 'message_delta', delta: { stop_reason: 'end_turn' } }));
    expect(watcher.finished).toBe(false);
    watcher.read(event({ type: 'message_stop' }));
    expect(watcher.finished).toBe(true);
  });

  it('reports an error event at any time', () => {
    const error = event({
      type: 'error',
      error: { type: 'overloaded_error', message: 'Overloaded' },
    });
    const watcher = new AnthropicStreamWatcher();
    expect(watcher.read(error)).toBe('error');
    expect(watcher.errorMessage).toBe('Overloaded');
  });
});
