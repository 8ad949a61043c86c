import { jest } from '@jest/globals';
import fc from 'fast-check';
import { RepeatingJson } from './repeating-json.js';

const delta = (content: string, rest = '') =>
  `{"id":"c1","choices":[{"index":0,"delta":{"content":${JSON.stringify(content)}${rest}},"finish_reason":null}],"usage":null}`;

describe('RepeatingJson', () => {
  it('does not parse what differs from the texts before in its strings', () => {
    const json = new RepeatingJson();
    const parse = jest.spyOn(JSON, 'parse');
    for (const content of ['Hello', ' world', '', 'é 漢 😀', 'again']) {
      expect(json.parse(delta(content))).toMatchObject({ choices: [{ delta: { content } }] });
    }
    // Two to learn from, and the pattern.
    expect(parse).toHaveBeenCalledTimes(3);
    parse.mockRestore();
  });

  it('knows several strings, and those with escapes', () => {
    const texts = ['a', ' "b"', '\n', '\\', '\u0000\u2028', 'x'].map(
      (content, index) =>
        `${delta(content).slice(0, -1)},"obfuscation":"${'x'.repeat(index)}","n":"${index}"}`,
    );
    expect(read(texts)).toEqual(parsed(texts));
    const json = new RepeatingJson();
    for (const text of texts) json.parse(text);
    const parse = jest.spyOn(JSON, 'parse');
    json.parse(`${delta('new').slice(0, -1)},"obfuscation":"y","n":"-"}`);
    expect(parse).not.toHaveBeenCalled();
    parse.mockRestore();
  });

  it.each([
    ['keys', ['{"a":"x","k1":1}', '{"a":"y","k2":1}', '{"a":"z","k3":1}']],
    ['a member twice', ['{"a":"x","a":"1"}', '{"a":"y","a":"1"}', '{"a":"z","a":"1"}']],
    ['numbers', ['{"a":"x","n":1}', '{"a":"y","n":2}', '{"a":"z","n":3}']],
    ['types', ['{"a":"x"}', '{"a":null}', '{"a":["x"]}', '{"a":"\\u005c"}']],
    ['escapes', ['{"a":"\\n"}', '{"a":"\\t"}', '{"a":"\\""}', '{"a":"\\\\"}', '{"a":"\\\\\\""}']],
    [
      'a mark of ours behind',
      ['{"a":"x","b":"\uE0000"}', '{"a":"y","b":"\uE0000"}', '{"a":"z","b":"1"}'],
    ],
    [
      'a mark in front',
      ['{"b":"\uE0000","a":"x"}', '{"b":"\uE0000","a":"y"}', '{"b":"\uE0000","a":"z"}'],
    ],
    [
      'a spelled mark',
      ['{"b":"\\uE0000","a":"x"}', '{"b":"\\uE0000","a":"y"}', '{"b":"\\uE0000","a":"z"}'],
    ],
    ['prototypes', ['{"__proto__":"x"}', '{"__proto__":"y"}', '{"__proto__":"z"}']],
    ['depth', ['x', 'y', 'z'].map((s) => `${'['.repeat(50)}"${s}"${']'.repeat(50)}`)],
    ['nothing', ['"x"', '"x"', '"y"', '"z"', '1', '{}']],
  ])('reads texts that differ in %s', (_, texts) => expect(read(texts)).toEqual(parsed(texts)));

  it.each(['{"a":"z}', '{"a":"z"', '{"a":"z"}}', '{"a":"z\n"}', '{"a":"\\x"}', '{"a":"z",}', ''])(
    'refuses %j behind texts that are like it',
    (broken) => {
      const json = new RepeatingJson();
      for (const text of ['{"a":"x"}', '{"a":"y"}']) json.parse(text);
      expect(() => json.parse(broken)).toThrow(SyntaxError);
      expect(json.parse('{"a":"z"}')).toEqual({ a: 'z' });
    },
  );

  it('gives up on a stream without a pattern', () => {
    const json = new RepeatingJson();
    const alike = (index: number) => `{"key${index}":1}`;
    for (let index = 0; index < 50; index++) json.parse(alike(index));
    const parse = jest.spyOn(JSON, 'parse');
    json.parse(alike(51));
    expect(parse).toHaveBeenCalledTimes(1);
    parse.mockRestore();
  });

  it('leaves alone what a decoder may keep', () => {
    const logprobs = (token: string) =>
      `{"choices":[{"delta":{"content":"x"},"logprobs":{"content":[{"token":"${token}"}]}}]}`;
    const json = new RepeatingJson();
    const values = ['a', 'b', 'c', 'd'].map((token) => json.parse(logprobs(token)));
    expect(values).toEqual(
      ['a', 'b', 'c', 'd'].map((token) => JSON.parse(logprobs(token)) as unknown),
    );
  });

  it('agrees with JSON.parse, whatever comes after what', () => {
    const shape = fc.dictionary(fc.constantFrom('a', 'delta', 'b'), fc.jsonValue({ maxDepth: 3 }));
    const words = fc.array(fc.oneof(fc.string(), fc.string({ unit: 'binary' })), { minLength: 1 });
    fc.assert(
      fc.property(shape, fc.array(words, { minLength: 3, maxLength: 8 }), (value, rounds) => {
        const texts = rounds.map((strings) => {
          let next = 0;
          return JSON.stringify({ ...value, '': 'x' }, (_, one: unknown) =>
            typeof one === 'string' ? strings[next++ % strings.length] : one,
          );
        });
        expect(read(texts)).toEqual(parsed(texts));
      }),
      { numRuns: 500 },
    );
  });
});

/** Written again, which also shows the order of members. */
function read(texts: readonly string[]): string[] {
  const json = new RepeatingJson();
  return texts.map((text) => JSON.stringify(json.parse(text)));
}

function parsed(texts: readonly string[]): string[] {
  return texts.map((text) => JSON.stringify(JSON.parse(text)));
}
