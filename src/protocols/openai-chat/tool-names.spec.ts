import { ToolNames } from './tool-names.js';

describe('ToolNames', () => {
  it('leaves a name alone that fits', () => {
    expect(new ToolNames().shorten('get_weather-2')).toBe('get_weather-2');
  });

  it.each(['x'.repeat(65), 'mcp.server:tool', 'wetter_für', ''])(
    'makes %j fit, always in the same way, and gives it back',
    (name) => {
      const names = new ToolNames();
      const short = names.shorten(name);
      expect(short).toMatch(/^[a-zA-Z0-9_-]{1,64}$/);
      expect(new ToolNames().shorten(name)).toBe(short);
      expect(names.restore(short)).toBe(name);
    },
  );

  it('keeps names apart that begin alike', () => {
    const names = new ToolNames();
    const begin = 'x'.repeat(64);
    expect(names.shorten(`${begin}a`)).not.toBe(names.shorten(`${begin}b`));
  });
});
