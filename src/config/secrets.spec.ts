import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { environmentSchema } from './environment.js';
import { resolveSecrets } from './secrets.js';

describe('resolveSecrets', () => {
  let directory: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'gateway-secrets-'));
  });

  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  it('makes secrets once and keeps them', () => {
    const first = resolve();
    expect(resolve()).toEqual(first);
    expect(new Set([first.jwt, first.encryption, first.apiKeyPepper]).size).toBe(3);
  });

  it('keeps them in one file that only their owner can read', () => {
    resolve();
    expect(readdirSync(directory)).toEqual(['secrets.json']);
    expect(statSync(join(directory, 'secrets.json')).mode & 0o777).toBe(0o600);
  });

  it('prefers a given one and keeps the others', () => {
    const made = resolve();
    const given = 'given-'.padEnd(40, 'abcdefgh');
    expect(resolve({ JWT_SECRET: given })).toEqual({ ...made, jwt: given });
  });

  it('adds what an older file does not have yet', () => {
    const { jwt } = resolve();
    writeFileSync(join(directory, 'secrets.json'), JSON.stringify({ JWT_SECRET: jwt }));
    const completed = resolve();
    expect(completed.jwt).toBe(jwt);
    expect(resolve()).toEqual(completed);
  });

  it('writes nothing when all are given', () => {
    const [JWT_SECRET, ENCRYPTION_KEY, API_KEY_PEPPER] = ['j', 'e', 'p'].map((letter) =>
      letter.padEnd(40, 'abcdefgh'),
    ) as [string, string, string];
    resolve({ JWT_SECRET, ENCRYPTION_KEY, API_KEY_PEPPER });
    expect(readdirSync(directory)).toEqual([]);
  });

  it('refuses to replace a damaged file, because credentials are encrypted with it', () => {
    const path = join(directory, 'secrets.json');
    writeFileSync(path, '{"JWT_SECRET": "abc');
    expect(() => resolve()).toThrow('is not JSON: restore it');
    expect(readFileSync(path, 'utf8')).toBe('{"JWT_SECRET": "abc');
  });

  it('says that DATA_DIR cannot be written', () => {
    const path = join(directory, 'file');
    writeFileSync(path, '');
    expect(() => resolve({ DATA_DIR: join(path, 'data') })).toThrow(/DATA_DIR|ENOTDIR/);
  });

  function resolve(environment: Record<string, string> = {}) {
    return resolveSecrets(environmentSchema.parse({ DATA_DIR: directory, ...environment }));
  }
});
