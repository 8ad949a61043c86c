import { remembered } from './remembered.js';

describe('remembered', () => {
  it('asks once for each question', () => {
    const { double, asked } = doubling(10);
    expect([double(1), double(2), double(1)]).toEqual([2, 4, 2]);
    expect(asked).toEqual([1, 2]);
  });

  it('never keeps more answers than its limit', () => {
    const { double, asked } = doubling(2);
    for (const question of [1, 2, 3, 1]) double(question);
    expect(asked).toEqual([1, 2, 3, 1]);
    expect(double(3)).toBe(6);
    expect(asked).toHaveLength(4);
  });

  it('remembers that there is no answer', () => {
    let asked = 0;
    const none = remembered(2, () => {
      asked++;
      return null;
    });
    expect([none(1), none(1), asked]).toEqual([null, null, 1]);
  });
});

function doubling(limit: number): { double: (question: number) => number; asked: number[] } {
  const asked: number[] = [];
  const double = remembered(limit, (question: number) => {
    asked.push(question);
    return question * 2;
  });
  return { double, asked };
}
