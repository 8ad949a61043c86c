import fc from 'fast-check';
import { ToolIds } from './tool-ids.js';

describe('ToolIds', () => {
  it("gives each call an id of its own in Anthropic's alphabet, and its result the same", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 4 }), { maxLength: 12 }), (originals) => {
        const ids = new ToolIds();
        const calls = originals.map((id) => ids.call(id));
        expect(new Set(calls).size).toBe(calls.length);
        for (const id of calls) expect(id).toMatch(/^[a-zA-Z0-9_-]+$/);
        expect(originals.map((id) => ids.result(id))).toEqual(calls);
      }),
    );
  });

  it('keeps an id that fits', () => {
    expect(new ToolIds().call('toolu_01-A')).toBe('toolu_01-A');
  });

  it('tells apart what becomes equal', () => {
    const ids = new ToolIds();
    expect([ids.call('f.x:0'), ids.call('f_x_0')]).toEqual(['f_x_0', 'f_x_0_2']);
    expect(ids.result('f_x_0')).toBe('f_x_0_2');
  });

  it('knows no second result, and none without a call', () => {
    const ids = new ToolIds();
    ids.call('a');
    expect([ids.result('a'), ids.result('a'), ids.result('b')]).toEqual(['a', null, null]);
  });

  it('tells once which calls have no result', () => {
    const ids = new ToolIds();
    ids.call('a');
    ids.call('b');
    ids.result('a');
    expect(ids.takeUnanswered()).toEqual(['b']);
    expect(ids.takeUnanswered()).toEqual([]);
  });
});
