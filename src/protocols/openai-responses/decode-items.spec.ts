import type { Block } from '../conversation.js';
import { decodeTurns } from './decode-items.js';

describe('decodeTurns', () => {
  it('makes one turn of neighbouring items of one role', () => {
    const turns = decodeTurns(null, [
      { role: 'user', content: 'Weather?' },
      { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'gAAA' },
      { type: 'function_call', call_id: 'c1', name: 'get', arguments: '{"n":1e400}' },
      { type: 'function_call', call_id: 'c2', name: 'read', namespace: 'fs', arguments: '{}' },
      { type: 'function_call_output', call_id: 'c1', output: 'Sunny' },
      {
        type: 'function_call_output',
        call_id: 'c2',
        output: [
          { type: 'input_text', text: 'see' },
          { type: 'input_image', image_url: 'data:image/png;base64,QUJD' },
        ],
      },
      { role: 'user', content: 'Thanks' },
    ]);
    expect(turns).toEqual([
      { role: 'user', blocks: [{ type: 'text', text: 'Weather?' }] },
      {
        role: 'assistant',
        blocks: [
          { type: 'thinking', text: '', signature: { provider: 'openai', value: 'gAAA' } },
          {
            type: 'tool_use',
            id: 'c1',
            name: 'get',
            arguments: '{"n":1e400}',
            kind: 'function',
          },
          { type: 'tool_use', id: 'c2', name: 'fs__read', arguments: '{}', kind: 'function' },
        ],
      },
      {
        role: 'user',
        blocks: [
          {
            type: 'tool_result',
            toolUseId: 'c1',
            content: [{ type: 'text', text: 'Sunny' }],
            isError: false,
          },
          {
            type: 'tool_result',
            toolUseId: 'c2',
            content: [
              { type: 'text', text: 'see' },
              {
                type: 'image',
                source: { kind: 'base64', mediaType: 'image/png', data: 'QUJD' },
              },
            ],
            isError: false,
          },
          { type: 'text', text: 'Thanks' },
        ],
      },
    ]);
  });

  it('reads the calls of custom tools and their output', () => {
    const blocks = blocksOf([
      { type: 'custom_tool_call', call_id: 'c', name: 'apply_patch', input: '*** Begin' },
      { type: 'custom_tool_call_output', call_id: 'c', output: 'Done' },
    ]);
    expect(blocks).toMatchObject([
      { type: 'tool_use', kind: 'custom', arguments: '*** Begin' },
      { type: 'tool_result', toolUseId: 'c' },
    ]);
  });

  it('reads images, files, audio, refusals and citations', () => {
    const user = [
      { type: 'input_image', image_url: 'https://x.test/a.png', detail: 'low' },
      { type: 'input_image', file_id: 'file_1' },
      { type: 'input_file', filename: 'a.pdf', file_data: 'data:application/pdf;base64,QQ==' },
      { type: 'input_file', file_url: 'https://x.test/a.pdf' },
      { type: 'input_audio', input_audio: { data: 'QQ==', format: 'mp3' } },
      { type: 'input_text', text: 'x', prompt_cache_breakpoint: { mode: 'explicit', ttl: '12h' } },
    ];
    const annotations = [
      { type: 'url_citation', url: 'https://x.test', title: 'X', start_index: 1, end_index: 3 },
      { type: 'file_path', file_id: 'f', index: 0 },
    ];
    const assistant = [
      { type: 'output_text', text: 'abcd', annotations },
      { type: 'refusal', refusal: 'No' },
    ];
    const blocks = blocksOf([
      { role: 'user', content: user },
      { role: 'assistant', content: assistant },
    ]);
    expect(blocks).toMatchObject([
      { source: { kind: 'url', url: 'https://x.test/a.png' }, detail: 'low' },
      { source: { kind: 'file', provider: 'openai', id: 'file_1' } },
      { type: 'document', title: 'a.pdf', source: { mediaType: 'application/pdf', data: 'QQ==' } },
      { type: 'document', source: { kind: 'url' } },
      { type: 'audio', source: { mediaType: 'audio/mpeg' } },
      { type: 'text', cache: { ttl: '1h' } },
      { type: 'text', citations: [{ text: 'bc', url: 'https://x.test', start: 1, end: 3 }] },
      { type: 'refusal', text: 'No' },
    ]);
  });

  it('keeps what only OpenAI knows as it is', () => {
    const turns = decodeTurns(null, [
      { type: 'web_search_call', id: 'ws_1', status: 'completed' },
      { type: 'shell_call_output', call_id: 'c', output: [] },
      { role: 'user', content: [{ type: 'input_hologram' }] },
    ]);
    expect(turns).toMatchObject([
      { role: 'assistant', blocks: [{ type: 'opaque', name: 'web_search_call' }] },
      {
        role: 'user',
        blocks: [
          { type: 'opaque', name: 'shell_call_output' },
          { type: 'opaque', name: 'input_hologram' },
        ],
      },
    ]);
  });

  it('refuses an item that is only a name for a stored one', () => {
    expect(() => decodeTurns(null, [{ type: 'item_reference', id: 'msg_1' }])).toThrow(
      expect.objectContaining({ param: 'input[0]' }),
    );
  });

  it('joins a summary of several parts, or takes the thoughts themselves', () => {
    const blocks = blocksOf([
      {
        type: 'reasoning',
        summary: [
          { type: 'summary_text', text: 'a' },
          { type: 'summary_text', text: 'b' },
        ],
      },
      { type: 'reasoning', summary: [], content: [{ type: 'reasoning_text', text: 'raw' }] },
      { type: 'reasoning', id: 'rs_stored', summary: [] },
    ]);
    expect(blocks).toEqual([
      { type: 'thinking', text: 'a\n\nb', signature: null },
      { type: 'thinking', text: 'raw', signature: null },
    ]);
  });
});

function blocksOf(input: unknown[]): Block[] {
  return decodeTurns(null, input).flatMap(({ blocks }) => blocks);
}
