import { formatEvent } from '../sse.js';
import { totalInputTokens } from '../token-usage.js';
import { readResponsesUsage } from './read-usage.js';
import { ResponsesStreamWatcher } from './stream-watcher.js';

const USAGE = { input_tokens: 7, output_tokens: 2 };
const search = { type: 'web_search_call', status: 'completed', action: { type: 'search' } };
const read = ({ usage = USAGE, ...response }: { usage?: object; [member: string]: unknown }) =>
  readResponsesUsage(usage, (name) => response[name]).serverTools?.webSearches;

describe('web searches of a response', () => {
  it('are those that OpenAI counts as billable', () => {
    const tool_usage = { image_gen: {}, web_search: { num_requests: 2 } };
    expect(read({ tool_usage })).toBe(2);
    // Of three one was for nothing.
    expect(read({ tool_usage, output: [search, search, search] })).toBe(2);
    expect(read({ tool_usage: { web_search: { num_requests: 0 } }, output: [search] })).toBe(
      undefined,
    );
  });

  it('are in the usage of xAI, of OpenRouter, and of a gateway like this one', () => {
    const server_side_tool_usage_details = { web_search_calls: 3, x_search_calls: 9 };
    expect(read({ usage: { ...USAGE, server_side_tool_usage_details } })).toBe(3);
    expect(read({ usage: { ...USAGE, server_tool_use: { web_search_requests: 4 } } })).toBe(4);
  });

  it('are the searches of the output where nobody counts them', () => {
    const acted = (type: string) => ({ ...search, action: { type } });
    const ended = (status: string) => ({ ...search, status });
    expect(read({ output: [search, acted('open_page'), acted('find_in_page'), search] })).toBe(2);
    expect(read({ output: [ended('failed'), ended('incomplete'), { type: 'message' }] })).toBe(
      undefined,
    );
    // Azure leaves them so; the older tool names no action, because it only searches.
    expect(read({ output: [ended('searching')] })).toBe(1);
    expect(read({ output: [{ type: 'web_search_call', status: 'completed' }] })).toBe(1);
  });

  it.each([
    { output: null },
    { output: 'x', tool_usage: 'x' },
    { output: [null, 1, {}], tool_usage: { web_search: { num_requests: -1 } } },
    { tool_usage: { web_search: { num_requests: 1e18 } } },
  ])('are none in %j', (response) => {
    expect(read(response)).toBe(undefined);
  });

  it('are read at the end of a stream', () => {
    const watcher = new ResponsesStreamWatcher();
    watcher.read(event('response.output_item.done', { item: search }));
    const response = { usage: USAGE, tool_usage: { web_search: { num_requests: 1 } } };
    watcher.read(event('response.completed', { response: { ...response, output: [search] } }));
    expect(watcher.usage).toMatchObject({ inputTokens: 7, serverTools: { webSearches: 1 } });
  });

  it('are known of a stream that is cut, though its tokens are not', () => {
    const watcher = new ResponsesStreamWatcher();
    expect(watcher.usage).toBeNull();
    watcher.read(
      event('response.output_item.added', { item: { ...search, status: 'in_progress' } }),
    );
    expect(watcher.usage).toBeNull();
    for (let i = 0; i < 2; i++) watcher.read(event('response.output_item.done', { item: search }));
    expect(watcher.finished).toBe(false);
    expect(totalInputTokens(watcher.usage!)).toBe(0);
    expect(watcher.usage).toMatchObject({ serverTools: { webSearches: 2 } });
  });
});

function event(type: string, fields: object): Buffer {
  return Buffer.from(formatEvent(JSON.stringify({ type, ...fields }), type));
}
