/** Members of stream events, in any client protocol, that hold a piece of what the model says. */
const PIECES: ReadonlySet<string> = new Set([
  'content',
  'text',
  'delta',
  'arguments',
  'partial_json',
  'thinking',
  'reasoning_content',
  'reasoning',
  'refusal',
]);

/**
 * What a stream says, put together: piece by piece nobody could read it, and a secret that is cut in two would not be found.
 * @param bytes server-sent events
 */
export function answerText(bytes: Buffer): string {
  let text = '';
  for (const line of bytes.toString('utf8').split('\n')) {
    if (!line.startsWith('data:')) continue;
    const event = parse(line.slice(5));
    // The Responses protocol says everything twice: in pieces, and whole when a part is done.
    const type = (event as { type?: unknown } | null)?.type;
    if (typeof type === 'string' && type.startsWith('response.') && !type.endsWith('.delta'))
      continue;
    text += piecesOf(event);
  }
  return text;
}

function piecesOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return '';
  if (Array.isArray(value)) return value.map(piecesOf).join('');
  return Object.entries(value)
    .map(([name, inside]) =>
      typeof inside === 'string' ? (PIECES.has(name) ? inside : '') : piecesOf(inside),
    )
    .join('');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
