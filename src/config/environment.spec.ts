import { misspelt } from './environment.js';

describe('misspelt', () => {
  it.each([
    ['MAX_IN_FLIHGT', 'MAX_IN_FLIGHT'],
    ['DATABASE_ULR', 'DATABASE_URL'],
    ['JWT_SECRETS', 'JWT_SECRET'],
    ['DB_URI', 'DB_URL'],
    ['PROT', 'PORT'],
  ])('takes %s for %s', (name, meant) => {
    expect(misspelt(name)).toBe(meant);
  });

  it.each(['PORT', 'PATH', 'HOME', 'HOSTNAME', 'NODE_OPTIONS', 'PGHOST', 'USER', 'LOGNAME', 'PWD'])(
    'leaves %s alone',
    (name) => {
      expect(misspelt(name)).toBeUndefined();
    },
  );
});
