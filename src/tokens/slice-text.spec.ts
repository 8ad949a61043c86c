import fc from 'fast-check';
import { sliceText } from './slice-text.js';

describe('sliceText', () => {
  it('loses nothing and cuts no character in two', () => {
    const words = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(words, fc.integer({ min: 1, max: 400 }), (word, times) => {
        const text = word.repeat(times);
        const slices = [...sliceText(text)];
        expect(slices.join('')).toBe(text);
        expect(slices.every((slice) => slice.length <= 1_500 && slice.isWellFormed())).toBe(
          text.isWellFormed(),
        );
      }),
    );
  });

  it('cuts in front of white space where there is some', () => {
    const slices = [...sliceText('word '.repeat(1_000))];
    expect(slices.length).toBeGreaterThan(3);
    expect(slices.slice(1).every((slice) => slice.startsWith(' '))).toBe(true);
  });
});
