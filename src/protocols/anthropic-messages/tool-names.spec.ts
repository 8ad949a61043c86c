import type { ConversationEvent, Tool } from '../conversation.js';
import { foldEvents } from '../fold-events.js';
import { decodeAnthropicAnswer } from './decode-answer.js';
import { AnthropicStreamDecoder } from './decode-stream.js';
import { anthropicToolName } from './tool-name.js';

const tools: Tool[] = [
  { kind: 'function', name: 'files.read', description: null, parameters: null, strict: null },
  { kind: 'custom', name: 'sql', description: null, format: null },
];

function callOf(name: string, input: unknown) {
  const content = [{ type: 'tool_use', id: 'a', name, input }];
  return decodeAnthropicAnswer({ content, stop_reason: 'tool_use' }, { tools }).candidates[0]
    ?.blocks[0];
}

function streamedCallOf(name: string, input: unknown) {
  const decoder = new AnthropicStreamDecoder({ tools });
  const json = JSON.stringify(input);
  const call = { type: 'tool_use', id: 'a', name, input: {} };
  const events: ConversationEvent[] = [
    { type: 'message_start', message: { id: 'm' } },
    { type: 'content_block_start', content_block: call },
    ...[json.slice(0, 5), json.slice(5)].map((partial_json) => ({
      type: 'content_block_delta',
      delta: { type: 'input_json_delta', partial_json },
    })),
    { type: 'message_stop' },
  ].flatMap((event) => decoder.push(JSON.stringify(event), event.type));
  return foldEvents(events).candidates[0]?.blocks[0];
}

describe.each([
  ['a whole answer', callOf],
  ['a stream', streamedCallOf],
])('the tool names of %s', (_, read) => {
  it('are those the client gave', () => {
    expect(read(anthropicToolName('files.read'), { path: 'x' })).toMatchObject({
      name: 'files.read',
      kind: 'function',
      arguments: '{"path":"x"}',
    });
  });

  it('take the text of a custom tool out of its object', () => {
    expect(read('sql', { input: 'SELECT "1"' })).toMatchObject({
      name: 'sql',
      kind: 'custom',
      arguments: 'SELECT "1"',
    });
  });

  it('leave alone what a custom tool was called with against the rules', () => {
    expect(read('sql', { query: 1 })).toMatchObject({ kind: 'custom', arguments: '{"query":1}' });
  });

  it('leave other tools alone', () => {
    expect(read('web', {})).toMatchObject({ name: 'web', kind: 'function' });
  });
});
