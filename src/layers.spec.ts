import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

/** The folders of `src` from the lowest to the highest. Each may import those before it and no other: so there is no circle. */
const LAYERS = [
  'common',
  'config',
  'protocols',
  'access',
  'database',
  'providers',
  'audit',
  'routing-config',
  'auth',
  'api-keys',
  'upstream-accounts',
  'catalog',
  'limits',
  'stats',
  'tokens',
  'routing',
  'health',
  'admin',
  'proxy',
  // The start of the process, on whose part the workers are started as well.
  'workers',
  '.',
];
const TOP = ['workers', '.'];

describe('the folders of src', () => {
  it('are all in the list of layers', () => {
    const folders = readdirSync(import.meta.dirname, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
    expect(folders.toSorted()).toEqual(LAYERS.filter((layer) => layer !== '.').toSorted());
  });

  it('import lower ones only', () => {
    expect(imports()).not.toEqual([]);
    expect(imports().filter(isUpward)).toEqual([]);
  });

  it.each([
    ['common/clock.ts → config/gateway-config.js'],
    ['stats/ledger.ts → proxy/proxy.service.js'],
    ['health/health.module.ts → app.module.js'],
  ])('could not have %s', (line) => {
    expect(isUpward(line)).toBe(true);
  });
});

/** Such as `stats/ledger.ts → common/clock.js`, for each import from another folder. */
function imports(): string[] {
  const root = import.meta.dirname;
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.spec.ts'))
    .flatMap((path) => {
      const text = readFileSync(join(root, path), 'utf8');
      const named = [...text.matchAll(/(?:from |import\(|^import )'(\.{1,2}\/[^']+)'/gm)];
      return named.map(([, target]) => {
        const imported = relative(root, join(root, path, '..', target!));
        return `${path} → ${imported}`;
      });
    })
    .filter((line) => new Set(foldersIn(line)).size > 1);
}

function isUpward(line: string): boolean {
  const [from, to] = foldersIn(line);
  if (TOP.includes(from) && TOP.includes(to)) return false;
  return LAYERS.indexOf(to) >= LAYERS.indexOf(from);
}

function foldersIn(line: string): [from: string, to: string] {
  return line.split(' → ').map((path) => {
    const parts = path.split(sep);
    return parts.length > 1 ? parts[0]! : '.';
  }) as [string, string];
}
