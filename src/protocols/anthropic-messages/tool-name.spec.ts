import fc from 'fast-check';
import { anthropicToolName } from './tool-name.js';

describe('anthropicToolName', () => {
  it('makes every name fit', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 300 }), (name) => {
        expect(anthropicToolName(name)).toMatch(/^[a-zA-Z0-9_-]{1,128}$/);
      }),
    );
  });

  it('keeps two long names apart', () => {
    const [one, other] = [`${'x'.repeat(130)}a`, `${'x'.repeat(130)}b`];
    expect(anthropicToolName(one)).not.toBe(anthropicToolName(other));
  });

  it('keeps a name that fits', () => {
    expect(anthropicToolName('mcp__files__read-file')).toBe('mcp__files__read-file');
  });
});
