const JUNK: readonly unknown[] = [
  null,
  '',
  'x',
  0,
  -1,
  1.5,
  1e308,
  true,
  [],
  {},
  [null],
  [[]],
  { a: null },
  '[DONE]',
  '\ud800',
  '__proto__',
  '$.a[0].b',
  '$["__proto__"].x',
  'constructor',
  'gw1-previous.x.y',
  { type: 'text' },
  { type: 'thinking', thinking: '', signature: 'gw1-next.gemini.QQ' },
  { type: 'tool_use', id: 'x', name: 'y', input: [] },
  { type: 'tool_result', tool_use_id: 'x', content: [{ type: 'thinking', thinking: '' }] },
  { index: 1, id: null, function: { name: 'f', arguments: null } },
];

/** A copy with one to four values replaced, removed, doubled or moved into a list. */
export function mutateJson(value: unknown, random: () => number): unknown {
  const copy = structuredClone(value);
  const times = 1 + Math.floor(random() * 4);
  for (let time = 0; time < times; time++) mutateOnce(copy, random);
  // As it would come over the wire: a list has no holes.
  return JSON.parse(JSON.stringify(copy)) as unknown;
}

type Holder = Record<string | number, unknown>;

function mutateOnce(root: unknown, random: () => number): void {
  let holder = root as Holder;
  for (;;) {
    const keys = Object.keys(holder);
    if (keys.length === 0) return;
    const key = keys[Math.floor(random() * keys.length)]!;
    const value = holder[key];
    if (typeof value === 'object' && value !== null && random() < 0.8) holder = value as Holder;
    else return change(holder, key, random);
  }
}

function change(holder: Holder, key: string, random: () => number): void {
  const chance = random();
  if (chance < 0.6) holder[key] = structuredClone(JUNK[Math.floor(random() * JUNK.length)]);
  else if (chance < 0.75) delete holder[key];
  else if (chance < 0.9) holder[key] = [holder[key], holder[key]];
  else if (Array.isArray(holder)) holder.push(structuredClone(holder[Number(key)]));
  else holder[key] = { [key]: holder[key] };
}

/** A copy with bytes cut off, changed, put in or doubled. */
export function mutateBytes(bytes: Buffer, random: () => number): Buffer {
  const at = Math.floor(random() * bytes.length);
  const chance = random();
  if (chance < 0.25) return bytes.subarray(0, at);
  if (chance < 0.5) {
    const to = at + Math.floor(random() * 200);
    return Buffer.concat([bytes.subarray(0, to), bytes.subarray(at)]);
  }
  const copy = Buffer.from(bytes);
  if (chance < 0.75 && copy.length > 0) copy[at] = Math.floor(random() * 256);
  else
    return Buffer.concat([
      bytes.subarray(0, at),
      INSERTS[at % INSERTS.length]!,
      bytes.subarray(at),
    ]);
  return copy;
}

const INSERTS = [
  '\n\n',
  '\r',
  '\0',
  '\uFEFF',
  '"',
  '{',
  '\\u',
  '\ndata: [DONE]\n\n',
  '\nevent: error\n',
  '[[',
].map((text) => Buffer.from(text));
