import { BodySpace } from './body-space.js';

describe('BodySpace', () => {
  it('is taken and given back', () => {
    const space = new BodySpace(100);
    space.take(60);
    space.take(40);
    expect(() => space.take(1)).toThrow(expect.objectContaining({ status: 503 }));
    space.giveBack(60);
    space.take(60);
    expect(space.usedBytes).toBe(100);
  });
});
