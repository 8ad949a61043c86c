import fc from 'fast-check';
import { LineWriter, readLines, type LineKind } from './journal-line.js';

const line = fc.record({
  kind: fc.constantFrom<LineKind>('B', 'E'),
  id: fc.uuid(),
  value: fc.object({ maxDepth: 2, values: [fc.string({ unit: 'grapheme' }), fc.double()] }),
});

describe('journal lines', () => {
  const writer = new LineWriter();

  it('read back as they were written', () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 20 }), (lines) => {
        const { lines: read, damagedBytes } = readLines(written(lines));
        expect(damagedBytes).toBe(0);
        expect(read.map(({ kind, id, json }) => [kind, id, json.toString()])).toEqual(
          lines.map(({ kind, id, value }) => [kind, id, JSON.stringify(value)]),
        );
      }),
    );
  });

  it('grow with what is written', () => {
    const json = JSON.stringify('ä'.repeat(200_000));
    const { lines } = readLines(Buffer.from(writer.write('E', 'long', json)));
    expect(lines[0]!.json.toString()).toBe(json);
  });

  it('survive damage to their neighbours, which is counted', () => {
    fc.assert(
      fc.property(
        fc.array(line, { minLength: 1, maxLength: 8 }),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        (lines, at, change) => {
          const bytes = written(lines);
          const position = at % bytes.length;
          bytes[position]! ^= change;
          const { lines: read, damagedBytes, consumedBytes } = readLines(bytes);
          const ids = lines.map(({ id }) => id);
          const kept = read.map(({ id }) => id);
          // One line, or two when the newline between them is gone; a newline at the very end leaves an unfinished line.
          expect(kept.length).toBeGreaterThanOrEqual(lines.length - 2);
          expect(kept.length).toBeLessThan(lines.length);
          expect(ids).toEqual(expect.arrayContaining(kept));
          expect(damagedBytes > 0 || consumedBytes < bytes.length).toBe(true);
        },
      ),
    );
  });

  it('leave one that is not whole yet for later', () => {
    const bytes = written([{ kind: 'E', id: 'a', value: {} }]);
    const half = readLines(bytes.subarray(0, bytes.length - 1));
    expect(half).toEqual({ lines: [], consumedBytes: 0, damagedBytes: 0 });
  });

  function written(lines: readonly { kind: LineKind; id: string; value: unknown }[]): Buffer {
    return Buffer.concat(
      lines.map(({ kind, id, value }) =>
        Buffer.from(writer.write(kind, id, JSON.stringify(value))),
      ),
    );
  }
});
