import { changesBetween } from './changes.js';

describe('changesBetween', () => {
  it('names the fields that differ', () => {
    expect(changesBetween({ name: 'a', tags: ['x'] }, { name: 'b', tags: ['x'] })).toEqual({
      name: { from: 'a', to: 'b' },
    });
  });

  it('compares what is inside of lists, objects and times', () => {
    const before = { tags: ['x'], limit: { rps: 1 }, at: new Date(1) };
    expect(changesBetween(before, { ...before, at: new Date(1) })).toEqual({});
    expect(Object.keys(changesBetween(before, { tags: [], limit: {}, at: new Date(2) }))).toEqual([
      'tags',
      'limit',
      'at',
    ]);
  });

  it('shows a creation from null and a deletion to null', () => {
    expect(changesBetween(null, { name: 'a', note: null })).toEqual({
      name: { from: null, to: 'a' },
    });
    expect(changesBetween({ name: 'a' }, null)).toEqual({ name: { from: 'a', to: null } });
  });
});
