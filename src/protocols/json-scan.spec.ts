import fc from 'fast-check';
import { JsonMarks } from './json-marks.js';
import { JsonScanError, scanObject, scanWithMarks, valueOf } from './json-scan.js';

const wanted = new Set(['model', 'stream']);
const objects = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 4 }));
const scan = (text: string) => scanObject(Buffer.from(text), wanted);

describe('scanObject', () => {
  it('finds wanted members whatever stands around them', () => {
    const json = Buffer.from(' {"a":[{"model":1}], "model" : "gpt\\"4", "b":{}, "stream":true} ');
    const spans = scanObject(json, wanted);
    expect(valueOf(json, spans.get('model')!)).toBe('gpt"4');
    expect(valueOf(json, spans.get('stream')!)).toBe(true);
  });

  it('reads a key that is written with escapes', () => {
    expect(scan('{"m\\u006fdel":"x"}').has('model')).toBe(true);
  });

  it('refuses a wanted member that appears twice', () => {
    expect(() => scan('{"model":"cheap","m\\u006fdel":"dear"}')).toThrow('"model" appears twice');
  });

  it.each([
    '',
    '[]',
    '"x"',
    '{',
    '{"a"}',
    '{"a":}',
    '{"a":1,}',
    '{,}',
    '{"a":1 "b":2}',
    '{"a":[1,]}',
    '{"a":[1}',
    '{"a":tru}',
    '{"a":tru',
    '{"a":n',
    '{"a":"x}',
    '{"a":1}x',
    "{'a':1}",
    '{"a":"\\"}',
  ])('refuses %s', (text) => {
    expect(() => scan(text)).toThrow(JsonScanError);
  });

  it('refuses nesting that would overflow an encoder', () => {
    expect(() => scan(`{"a":${'['.repeat(200)}${']'.repeat(200)}}`)).toThrow('nested deeper');
  });

  it('agrees with JSON.parse on every object', () => {
    fc.assert(
      fc.property(objects, fc.constantFrom(0, 2), (object, indent) => {
        const json = Buffer.from(JSON.stringify(object, null, indent));
        const names = new Set(Object.keys(object));
        const spans = scanObject(json, names);
        expect(spans.size).toBe(names.size);
        for (const [name, span] of spans) {
          expect(valueOf(json, span)).toEqual(JSON.parse(JSON.stringify(object[name])));
        }
      }),
    );
  });

  it('accepts whatever JSON.parse accepts', () => {
    const units = Array.from('{}[]:,"a1\\ tn');
    const insides = fc.string({ unit: fc.constantFrom(...units), maxLength: 12 });
    fc.assert(
      fc.property(insides, (inside) => {
        const text = `{"x":${inside}}`;
        fc.pre(isJson(text));
        expect(scan(text).size).toBe(0);
      }),
      { numRuns: 200, maxSkipsPerRun: 1_000 },
    );
  });
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

describe('scanWithMarks', () => {
  const marks = new JsonMarks(['gw1', 'encrypted"', 'enough']);
  const seen = (text: string) => [...scanWithMarks(Buffer.from(text), wanted, marks).marks];

  it('reports what strings and keys begin with, at any depth', () => {
    expect(seen('{"a":[{"encrypted":"gw1.x"}],"gw1":1}')).toEqual(['encrypted"', 'gw1']);
  });

  it('reports nothing that stands elsewhere', () => {
    expect(seen('{"a":"a gw1","encrypted_x":"\\"gw1\\"","enoug":"e","g":1}')).toEqual([]);
  });

  it('finds members behind strings of many windows', () => {
    const text = JSON.stringify({ a: 'a "quoted" word and \\ '.repeat(5_000), model: 'm' });
    const { members } = scanWithMarks(Buffer.from(text), wanted, marks);
    expect(valueOf(Buffer.from(text), members.get('model')!)).toBe('m');
  });
});
