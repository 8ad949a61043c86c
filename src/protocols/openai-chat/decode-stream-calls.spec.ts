import {
  answerOf,
  blocksOf,
  call,
  callsOf,
  delta,
  finish,
} from '../../../test/support/chat-chunks.js';
import { foldEvents } from '../fold-events.js';
import { OpenAiChatStreamDecoder } from './decode-stream.js';
import { ToolNames } from './tool-names.js';

describe('OpenAiChatStreamDecoder, of calls', () => {
  it('puts each piece of interleaved calls where it belongs, one block open at a time', () => {
    const chunks = [
      delta({
        tool_calls: [
          { index: 0, id: 'a', function: { name: 'f', arguments: '{"a"' } },
          { index: 1, id: 'b', function: { name: 'g', arguments: '{"b"' } },
        ],
      }),
      call(0, { function: { arguments: ':1}' } }),
      call(1, { function: { arguments: ':2}' } }),
      finish('tool_calls'),
    ];
    expect(callsOf(chunks)).toEqual([
      ['a', 'f', '{"a":1}'],
      ['b', 'g', '{"b":2}'],
    ]);
  });

  it('streams the next call as soon as the one before is whole', () => {
    const decoder = new OpenAiChatStreamDecoder();
    const push = (chunk: object) => decoder.push(JSON.stringify(chunk), '');
    push(call(0, { id: 'a', function: { name: 'f', arguments: '{}' } }));
    push(call(1, { id: 'b', function: { name: 'g', arguments: '' } }));
    expect(push(call(1, { function: { arguments: '{"x"' } }))).toEqual([
      {
        type: 'block_delta',
        candidate: 0,
        index: 1,
        delta: { type: 'arguments', text: '{"x"' },
      },
    ]);
  });

  it.each([
    ['no index and no type', [{ id: 'a', function: { name: 'f', arguments: '{}' } }]],
    ['the arguments as an object', [{ index: 0, id: 'a', function: { name: 'f', arguments: {} } }]],
  ])('reads a whole call in one delta with %s', (_, calls) => {
    expect(callsOf([delta({ tool_calls: calls }, { finish_reason: 'tool_calls' })])).toEqual([
      ['a', 'f', '{}'],
    ]);
  });

  it('takes two whole calls at one index for two', () => {
    const chunks = ['a', 'b'].map((id) =>
      call(0, { id, function: { name: `f_${id}`, arguments: '{}' } }),
    );
    expect(callsOf([...chunks, finish('stop')])).toEqual([
      ['a', 'f_a', '{}'],
      ['b', 'f_b', '{}'],
    ]);
  });

  it('continues a call whose later pieces repeat empty ids and names', () => {
    const chunks = [
      call(0, { id: 'a', type: 'function', function: { name: 'f', arguments: '' } }),
      call(0, { id: null, type: 'function', function: { name: null, arguments: '{"x":' } }),
      call(0, { id: '', function: { name: '', arguments: '1}' } }),
    ];
    expect(callsOf([...chunks, finish('tool_calls')])).toEqual([['a', 'f', '{"x":1}']]);
  });

  it('gives a call without an id the same one every time', () => {
    const chunks = [delta({ tool_calls: [{ function: { name: 'f', arguments: '{}' } }] })];
    const [first] = callsOf([...chunks, finish('stop')]);
    expect(first?.[0]).toMatch(/^call_[0-9a-f]{24}$/);
    expect(callsOf([...chunks, finish('stop')])).toEqual([first]);
  });

  it('opens a block of its own for text behind a call', () => {
    const chunks = [
      call(0, { id: 'a', function: { name: 'f', arguments: '{}' } }),
      delta({ content: 'done' }),
    ];
    expect(blocksOf([...chunks, finish('tool_calls')]).map(({ type }) => type)).toEqual([
      'tool_use',
      'text',
    ]);
  });

  it('reads the older function_call', () => {
    const chunks = [
      delta({ function_call: { name: 'f', arguments: '' } }),
      delta({ function_call: { arguments: '{"a":1}' } }),
      finish('function_call'),
    ];
    expect(answerOf(chunks).candidates[0]).toMatchObject({
      finishReason: 'tool_use',
      blocks: [{ type: 'tool_use', name: 'f', arguments: '{"a":1}' }],
    });
  });

  it('gives tools the names and the form back that the client knows', () => {
    const toolNames = new ToolNames();
    const long = 'mcp.server:'.repeat(8);
    toolNames.wrap('patch');
    const decoder = new OpenAiChatStreamDecoder('deepseek', toolNames);
    const chunks = [
      call(0, { id: 'a', function: { name: toolNames.shorten(long), arguments: '{}' } }),
      call(1, { id: 'b', function: { name: 'patch', arguments: '{"input":"*** B' } }),
      call(1, { function: { arguments: 'egin"}' } }),
      finish('tool_calls'),
    ];
    const events = chunks.flatMap((chunk) => decoder.push(JSON.stringify(chunk), ''));
    expect(foldEvents([...events, ...decoder.end()]).candidates[0]?.blocks).toMatchObject([
      { name: long, kind: 'function' },
      { name: 'patch', kind: 'custom', arguments: '*** Begin' },
    ]);
  });

  it.each([
    ['stop', 'tool_use'],
    ['tool_calls', 'tool_use'],
    ['length', 'length'],
    ['never_heard_of', 'tool_use'],
  ])('ends a call that is said to end by %s as %s', (reason, expected) => {
    const chunk = call(0, { id: 'a', function: { name: 'f', arguments: '{}' } });
    expect(answerOf([chunk, finish(reason)]).candidates[0]?.finishReason).toBe(expected);
  });
});
