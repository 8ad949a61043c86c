import fc from 'fast-check';
import { encodeToolName, ToolNames } from './tool-names.js';

describe('encodeToolName', () => {
  it('leaves names alone that Gemini takes', () => {
    expect(['get_weather', '_x', 'a.b:c-d'].map(encodeToolName)).toEqual([
      'get_weather',
      '_x',
      'a.b:c-d',
    ]);
  });

  it('keeps within the alphabet and keeps names apart', () => {
    const name = fc.oneof(
      fc.string({ minLength: 1, maxLength: 300 }),
      fc.constantFrom('a b', 'a/b', '1a', 'é'),
    );
    fc.assert(
      fc.property(name, name, (one, other) => {
        expect(encodeToolName(one)).toMatch(/^[A-Za-z_][A-Za-z0-9_.:-]{0,127}$/);
        expect(encodeToolName(one) === encodeToolName(other)).toBe(one === other);
      }),
    );
  });
});

describe('ToolNames', () => {
  it('gives back the name and kind of a declared tool', () => {
    const custom = { kind: 'custom', name: 'run it', description: null, format: null } as const;
    const names = new ToolNames({ tools: [custom] });
    expect(names.original(encodeToolName('run it'))).toEqual({ name: 'run it', kind: 'custom' });
    expect(names.original('unknown')).toEqual({ name: 'unknown', kind: 'function' });
  });
});
