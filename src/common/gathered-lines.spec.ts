import { jest } from '@jest/globals';
import { GatheredLines } from './gathered-lines.js';

describe('GatheredLines', () => {
  let pieces: string[];
  let lines: GatheredLines;

  beforeEach(() => {
    jest.useFakeTimers();
    pieces = [];
    lines = new GatheredLines((text) => pieces.push(text), { maxBytes: 8, delayMs: 200 });
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  it('writes together what came within the delay', () => {
    lines.write('ab\n');
    jest.advanceTimersByTime(150);
    lines.write('cd\n');
    expect(pieces).toEqual([]);
    jest.advanceTimersByTime(50);
    expect(pieces).toEqual(['ab\ncd\n']);
    jest.advanceTimersByTime(1_000);
    expect(pieces).toHaveLength(1);
  });

  it('never writes more than a piece, counted in bytes, but for a line that is longer by itself', () => {
    for (const line of ['äö\n', 'ab\n', 'c\n', 'longer than that\n', 'd\n']) lines.write(line);
    lines.flush();
    expect(pieces).toEqual(['äö\nab\n', 'c\n', 'longer than that\n', 'd\n']);
  });

  it('writes nothing when nothing waits', () => {
    lines.flush();
    expect(pieces).toEqual([]);
  });
});
