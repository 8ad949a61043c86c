import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from './gateway-config.js';

const SECRETS = {
  JWT_SECRET: 'Q8mH0xkzjW4rBvN2tYc7eLpUaS9dGfJ5',
  ENCRYPTION_KEY: 'w3ZpTnR6yXbVqK1mCsAhDgLoEuJi8F4O',
  API_KEY_PEPPER: 'P7uIyNtRbEvWcQxZlAkSjDhFgG2m5o9T',
};

describe('loadConfig', () => {
  let directory: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'gateway-config-'));
  });

  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  it('needs nothing in development', () => {
    expect(load({})).toMatchObject({ host: '127.0.0.1', port: 8080, databaseUrl: null });
  });

  it('prefers the environment to .env to the configuration file', () => {
    file('config.yaml', 'server: { port: 1001, host: file.example }\nverify_ssl: false\n');
    expect(load({}).port).toBe(1001);
    file('.env', 'PORT=1002\nHOST=dotenv.example\n');
    expect(load({}).port).toBe(1002);
    expect(load({ PORT: '1003' })).toMatchObject({
      port: 1003,
      host: 'dotenv.example',
      verifySsl: false,
    });
  });

  it('lets the configuration file use what .env sets', () => {
    file('.env', 'MY_PORT=1004\n');
    file('config.yaml', 'server: { port: ${MY_PORT} }\n');
    expect(load({}).port).toBe(1004);
  });

  it('reads the file that CONFIG_PATH names and fails when it is not there', () => {
    file('other.yaml', 'server: { port: 1005 }\n');
    expect(load({ CONFIG_PATH: 'other.yaml' }).port).toBe(1005);
    expect(() => load({ CONFIG_PATH: 'missing.yaml' })).toThrow(
      'missing.yaml: cannot be read (ENOENT)',
    );
  });

  it('takes an empty variable for one that is not set', () => {
    expect(load({ PORT: '', DATABASE_URL: '' })).toMatchObject({ port: 8080, databaseUrl: null });
  });

  it('takes DB_URL for DATABASE_URL', () => {
    expect(load({ DB_URL: 'postgres://localhost/x' }).databaseUrl).toBe('postgres://localhost/x');
  });

  it('resolves DATA_DIR against the directory', () => {
    expect(load({ DATA_DIR: 'here' }).dataDir).toBe(join(directory, 'here'));
  });

  it('names every faulty variable and never its value', () => {
    const environment = { PORT: 'eighty', DATABASE_URL: 'mysql://me:hidden@db', LOG_LEVLE: 'info' };
    const message = refusal(environment);
    expect(message).toContain('PORT: ');
    expect(message).toContain('DATABASE_URL: ');
    expect(message).toContain('LOG_LEVLE: unknown variable, did you mean LOG_LEVEL?');
    expect(message).not.toContain('hidden');
  });

  it("accepts somebody else's similar name beside the right one", () => {
    expect(load({ LOG_LEVLE: 'x', LOG_LEVEL: 'warn' }).environment.LOG_LEVEL).toBe('warn');
  });

  it('reads the file and .env anew, and names what takes a restart', () => {
    file('config.yaml', 'server: { port: 1001 }\n');
    const config = load({ HOST: 'here' });
    file('.env', 'MY_PORT=1004\n');
    file('config.yaml', 'server: { port: "${MY_PORT}", host: there }\nverify_ssl: false\n');
    const again = config.source.read()!;
    expect(again.server.port).toBe(1004);
    expect(config.needingRestart(again)).toEqual(['server.port', 'verify_ssl']);
    expect(config.needingRestart(config.file!)).toEqual([]);
  });

  it('cannot be changed afterwards', () => {
    const config = load({});
    expect(() => Object.assign(config, { port: 1 })).toThrow('read only');
    expect(() => Object.assign(config.environment, { LOG_LEVEL: 'trace' })).toThrow('read only');
  });

  describe('in production', () => {
    const production = { NODE_ENV: 'production', ...SECRETS };

    it('listens on every address and trusts no private one', () => {
      expect(load(production)).toMatchObject({ host: '0.0.0.0', allowPrivate: [] });
    });

    it('names every missing secret', () => {
      expect(refusal({ NODE_ENV: 'production', JWT_SECRET: SECRETS.JWT_SECRET })).toContain(
        'ENCRYPTION_KEY, API_KEY_PEPPER: required in production',
      );
    });

    it.each([
      ['short', 'tooshort'],
      ['a sample', 'change-me-change-me-change-me-change-me'],
      ['one letter', 'a'.repeat(48)],
    ])('refuses a secret that is %s, and does not repeat it', (_, value) => {
      const message = refusal({ ...production, JWT_SECRET: value });
      expect(message).toContain('JWT_SECRET');
      expect(message).not.toContain(value);
    });

    it('refuses a short first password, and does not repeat it', () => {
      const message = refusal({ ...production, ADMIN_INITIAL_PASSWORD: 'hunter2' });
      expect(message).toContain('ADMIN_INITIAL_PASSWORD');
      expect(message).not.toContain('hunter2');
    });

    it('refuses a sample for ADMIN_KEY, and one that is another secret', () => {
      const sample = refusal({ ...production, ADMIN_KEY: 'change-me-admin-key' });
      expect(sample).toContain('ADMIN_KEY: looks like a sample value');
      const shared = refusal({ ...production, ADMIN_KEY: SECRETS.JWT_SECRET });
      expect(shared).toBe('JWT_SECRET and ADMIN_KEY must be different');
    });

    it('refuses one secret used twice', () => {
      const shared = { ...production, ENCRYPTION_KEY: SECRETS.JWT_SECRET };
      expect(refusal(shared)).toBe('JWT_SECRET and ENCRYPTION_KEY must be different');
    });
  });

  function load(environment: Record<string, string>) {
    return loadConfig(environment, directory);
  }

  function file(name: string, text: string): void {
    writeFileSync(join(directory, name), text);
  }

  function refusal(environment: Record<string, string>): string {
    let refused: unknown;
    try {
      load(environment);
    } catch (error) {
      refused = error;
    }
    expect(refused).toMatchObject({ name: 'ConfigError', exitCode: 78 });
    return (refused as Error).message;
  }
});
