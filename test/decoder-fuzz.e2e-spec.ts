import { collectGarbage } from './support/collect-garbage.js';
import { FUZZED, type Fuzzed } from './support/fuzzed-decoders.js';
import { mutateBytes, mutateJson } from './support/mutate-json.js';
import { randomPieces, seededRandom } from './support/seeded-random.js';

/** Over all decoders together. */
const INPUTS = Number(process.env['FUZZ_INPUTS'] ?? 10_000);
const EACH = Math.ceil(INPUTS / FUZZED.length);
/** What one byte of input may become, at most: streams of tiny deltas repeat their head in every event. */
const MAX_GROWTH = 60;
const MAX_MS = 2_000;

describe(`every decoder, on ${EACH} damaged recordings`, () => {
  let heapBefore: number;

  beforeAll(() => {
    collectGarbage();
    heapBefore = process.memoryUsage().heapUsed;
  });

  it.each(FUZZED)('$name', (decoder) => {
    const random = seededRandom(20_261_121);
    const { samples } = decoder;
    expect(samples.length).toBeGreaterThan(0);
    const faults = new Map<string, string>();
    let read = 0;
    for (let input = 0; input < EACH; input++) {
      const damaged = damage(decoder, samples[input % samples.length]!, random);
      const fault = tryOut(decoder, damaged, random);
      if (fault === null) read++;
      else if (fault !== REFUSED) faults.set(fault, damaged.toString('utf8').slice(0, 2_000));
    }
    expect([...faults].slice(0, 5)).toEqual([]);
    // A decoder that refuses everything would pass as well.
    expect(read).toBeGreaterThan(EACH / 50);
  });

  // Once for all of them: the heap of a process that has run many other specs takes a second to collect.
  it('keeps nothing of them', () => {
    collectGarbage();
    expect(process.memoryUsage().heapUsed - heapBefore).toBeLessThan(50_000_000);
  });
});

const REFUSED = 'refused';

/** Null when it was read, REFUSED when it threw what it is allowed to throw, else what went wrong. */
function tryOut({ read, refuses }: Fuzzed, damaged: Buffer, random: () => number): string | null {
  const began = performance.now();
  try {
    const written = read(randomPieces(damaged, random, 2_000));
    if (written > damaged.length * MAX_GROWTH + 100_000) return `grows to ${written} bytes`;
  } catch (error) {
    if (refuses.some((kind) => error instanceof kind)) return REFUSED;
    const { stack = String(error) } = error as Error;
    return stack.split('\n').slice(0, 4).join(' ');
  }
  return performance.now() - began > MAX_MS ? 'takes too long' : null;
}

/** Mostly damage to the values, which gets further than damage to the text. */
function damage({ isStream }: Fuzzed, sample: readonly string[], random: () => number): Buffer {
  const events = [...sample];
  const at = Math.floor(random() * events.length);
  const chance = random();
  if (chance < 0.75) events[at] = damagedValues(events[at]!, random);
  else if (isStream && chance < 0.8) events.splice(at, 1);
  else if (isStream && chance < 0.85) events.splice(at, 0, events[at]!);
  const bytes = Buffer.from(events.join(''));
  return chance < 0.85 ? bytes : mutateBytes(bytes, random);
}

/** The JSON in an event or a body, with other values in it. */
function damagedValues(text: string, random: () => number): string {
  const from = text.indexOf('{');
  const to = text.lastIndexOf('}') + 1;
  try {
    const value: unknown = JSON.parse(text.slice(from, to));
    return text.slice(0, from) + JSON.stringify(mutateJson(value, random)) + text.slice(to);
  } catch {
    return mutateBytes(Buffer.from(text), random).toString('utf8');
  }
}
