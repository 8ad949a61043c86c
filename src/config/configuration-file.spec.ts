import { readFileSync } from 'node:fs';
import { ConfigError } from './config-error.js';
import { parseConfigurationFile, placeIn } from './configuration-file.js';

describe('parseConfigurationFile', () => {
  it('takes an empty file for one that declares nothing', () => {
    expect(parse('# nothing yet\n')).toMatchObject({ providers: [], master_keys: [], prices: {} });
  });

  it('takes the example', () => {
    const names = ['OPENAI_API_KEY', 'ANTHROPIC_API_KEY', 'MASTER_KEY'];
    const variables = Object.fromEntries(names.map((name) => [name, `value-of-${name}`]));
    const { server, providers } = parse(readFileSync('config.example.yaml', 'utf8'), variables);
    expect(server).toEqual({ host: '127.0.0.1', port: 8080 });
    expect(providers.map(({ name }) => name)).toEqual(['openai-1', 'anthropic-1', 'own-models']);
  });

  it('names an unknown key with its line', () => {
    const text = ['providers:', '  - name: one', '    type: openai', '    apikey: secret'].join(
      '\n',
    );
    expect(faults(text)).toContain('config.yaml:4: providers.0.apikey: unknown key');
  });

  it('names the line of a value of the wrong kind', () => {
    expect(faults('verify_ssl: true\nserver:\n  port: high\n')).toMatch(
      /^config\.yaml:3: server\.port: /,
    );
  });

  it('names the line of the entry that lacks a field', () => {
    expect(faults('providers:\n  - name: one\n    type: openai\n')).toMatch(
      /^config\.yaml:\d: providers\.0\.api_key: /,
    );
  });

  it('names the line of a syntax error', () => {
    expect(faults('verify_ssl: true\nserver: { port: 1\n')).toMatch(/^config\.yaml:\d: /);
  });

  it.each(['"a\\0"', '"a\\uD800"', '{ "a\\0": b }'])(
    'names the line of %s, which no database keeps',
    (value) => {
      expect(faults(`verify_ssl: true\nserver: { host: ${value} }\n`)).toMatch(
        /^config\.yaml:2: NUL and half surrogate pairs/,
      );
    },
  );

  it('names the line of a rate that no database keeps', () => {
    const key =
      '{ name: k, key: 0123456789abcdef, rate_limit: { requests_per_second: 1, burst_size: 3000000000 } }';
    expect(faults(`master_keys:\n  - ${key}\n`)).toMatch(
      /^config\.yaml:2: master_keys\.0\.rate_limit\.burst_size/,
    );
  });

  it('reports every fault at once', () => {
    expect(faults('colour: red\nshape: round\n').split('\n')).toHaveLength(2);
  });

  it('still knows the line of everything that a good file says', () => {
    const file = parse(
      ['providers:', '  - name: one', '    type: openai', '    api_key: k', 'prices:'].join('\n') +
        '\n  "openai/x":\n    { input: 1,\n      output: 2 }\n',
    );
    expect(placeIn(file, ['providers', 0, 'type'])).toBe('config.yaml:3');
    expect(placeIn(file, ['providers', 0, 'api_base'])).toBe('config.yaml:2');
    expect(placeIn(file, ['prices', 'openai/x', 'output'])).toBe('config.yaml:8');
  });

  describe('variables', () => {
    it('fills in ${NAME}', () => {
      expect(key('${KEY}', { KEY: 'from the environment' })).toBe('from the environment');
    });

    it('fills in a name within a longer text', () => {
      expect(key('prefix-${KEY}-suffix', { KEY: '1' })).toBe('prefix-1-suffix');
    });

    it('names a missing variable and its line', () => {
      expect(() => key('${KEY}', {})).toThrow(
        'config.yaml:4: ${KEY} is not set and has no default',
      );
    });

    it.each([
      ['unset', {}],
      ['empty', { KEY: '' }],
    ])('takes the default of an %s variable', (_, variables) => {
      expect(key('${KEY:-fallback}', variables)).toBe('fallback');
    });

    it('prefers a set variable to the default', () => {
      expect(key('${KEY:-fallback}', { KEY: 'set' })).toBe('set');
    });

    it('allows an empty default', () => {
      expect(key('x${KEY:-}', {})).toBe('x');
    });

    it('makes a number of an unquoted one', () => {
      const text = 'server: { port: ${PORT:-8080} }';
      expect(parse(text).server.port).toBe(8080);
    });

    it('may stand unquoted in a list or a map in brackets', () => {
      const text =
        'providers: [{ name: ${NAME}, type: openai, api_key: x${KEY:-a, b}, weight: 2 }]';
      const [provider] = parse(text, { NAME: 'one' }).providers;
      expect(provider).toMatchObject({ name: 'one', api_key: 'xa, b', weight: 2 });
    });

    it('leaves keys alone', () => {
      const text = 'routing: { fallbacks: { "${MODEL}": [gpt-4.1] } }';
      expect(parse(text).routing!.fallbacks).toEqual({ '${MODEL}': ['gpt-4.1'] });
    });

    it('keeps a quoted number a text', () => {
      expect(key('"${KEY}"', { KEY: '12345' })).toBe('12345');
    });

    it('never lets a value add structure', () => {
      expect(key('${KEY}', { KEY: 'a\n    weight: 999' })).toBe('a\n    weight: 999');
    });

    it('leaves comments alone', () => {
      expect(parse('# such as ${NOT_SET}\nverify_ssl: false\n').verify_ssl).toBe(false);
    });
  });
});

type Variables = Record<string, string | undefined>;

function parse(text: string, variables: Variables = {}) {
  return parseConfigurationFile(text, 'config.yaml', variables);
}

/** The first provider's key, written as given on line 4. */
function key(written: string, variables: Variables): string {
  const text = `providers:\n  - name: one\n    type: openai\n    api_key: ${written}\n`;
  return parse(text, variables).providers[0]!.api_key;
}

function faults(text: string): string {
  try {
    parse(text);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new Error('the file was accepted');
}
