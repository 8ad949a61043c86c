import { summaryOf } from './summary-of.js';

const change = (verb: 'created' | 'deleted') => ({ section: 'providers', name: 'x', verb });

describe('summaryOf', () => {
  it('counts changes by what became of them', () => {
    const changes = [change('created'), change('deleted'), change('created')];
    expect(summaryOf(changes)).toBe('2 created, 1 deleted');
  });

  it('says that there were none', () => {
    expect(summaryOf([])).toBe('nothing in the database');
  });
});
