export function pick<T>(items: readonly T[], random: () => number): T {
  const item = items[Math.floor(random() * items.length)];
  if (item === undefined) throw new Error('nothing to pick from');
  return item;
}

const VALUES: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1e300,
  '',
  '\u0000\ud800',
  'ephemeral',
  'gw1-previous.x.y',
  [],
  [null],
  {},
  { type: 'text' },
  { type: 'thinking', thinking: '', signature: 'gw1-next.gemini.QQ' },
  { type: 'tool_use', id: 'x', name: 'y', input: [] },
  { type: 'tool_result', tool_use_id: 'x', content: [{ type: 'thinking', thinking: '' }] },
  'constructor',
  '__proto__',
];

/** A copy of parsed JSON with one to three of its values replaced, removed or doubled. */
export function mutated(value: unknown, random: () => number): unknown {
  const copy = structuredClone(value);
  for (let times = 1 + Math.floor(random() * 3); times > 0; times--) mutate(copy, random);
  return copy;
}

function mutate(root: unknown, random: () => number): void {
  let node = root as Record<string, unknown>;
  for (;;) {
    const keys = Object.keys(node);
    if (keys.length === 0) return;
    const key = pick(keys, random);
    const child = node[key];
    if (typeof child === 'object' && child !== null && random() < 0.8) {
      node = child as Record<string, unknown>;
      continue;
    }
    if (random() < 0.3) remove(node, key);
    else node[key] = random() < 0.2 ? [child, child] : structuredClone(pick(VALUES, random));
    return;
  }
}

function remove(node: Record<string, unknown>, key: string): void {
  if (Array.isArray(node)) node.splice(Number(key), 1);
  else delete node[key];
}

/** The text of an event with its JSON mutated, or no longer JSON at all. */
export function mutatedText(text: string, random: () => number): string {
  if (random() < 0.1) return text.slice(0, Math.floor(random() * text.length));
  try {
    return JSON.stringify(mutated(JSON.parse(text), random));
  } catch {
    return text;
  }
}
