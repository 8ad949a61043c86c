import type { RequestFacts } from './request-facts.js';

/** Text without white space: protocols join what others keep apart. */
const bare = (text: string): string => text.replaceAll(/\s/g, '');

/** Whether every piece is said, in this order; the upstream's text may say more in between (titles, placeholders). */
function saidIn(pieces: readonly string[], text: string): string | null {
  let from = 0;
  for (const piece of pieces.map(bare).filter(Boolean)) {
    const at = text.indexOf(piece, from);
    if (at === -1) return piece.slice(0, 80);
    from = at + piece.length;
  }
  return null;
}

/** Objects with the same members are equal in any order, and a result's text may have become an object. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, item: unknown) =>
    typeof item === 'object' && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  );
}

function asValue(text: string): string {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? canonical(value) : bare(text);
  } catch {
    return bare(text);
  }
}

/**
 * What the upstream is asked that the client has not asked, or the other way round; empty when it is the same question.
 * @param dropped what the gateway itself has named as lost
 */
export function differences(
  client: RequestFacts,
  upstream: RequestFacts,
  dropped: readonly string[],
): string[] {
  const isDropped = (name: string): boolean => dropped.some((one) => one.endsWith(name));
  const heard = bare([...upstream.system, ...upstream.user].join(''));
  const found: string[] = [];
  const missing = (what: string, piece: string | null): void => {
    if (piece !== null) found.push(`${what} lost: ${piece}`);
  };
  // Later words of the operator may have become words of the user in their place.
  for (const piece of client.system.filter((text) => !text.startsWith('x-anthropic-billing'))) {
    missing('system', saidIn([piece], heard));
  }
  missing('user', saidIn(client.user, bare(upstream.user.join(''))));
  missing('model', saidIn(client.model, bare(upstream.model.join(''))));
  const equal = (what: string, actual: unknown, expected: unknown): void => {
    const [left, right] = [canonical(actual), canonical(expected)];
    if (left !== right) found.push(`${what} ${left.slice(0, 200)} for ${right.slice(0, 200)}`);
  };
  equal(
    'names of calls',
    upstream.calls.map(([name]) => name),
    client.calls.map(([name]) => name),
  );
  equal(
    'arguments',
    upstream.calls.map(([, input]) => input),
    client.calls.map(([, input]) => input),
  );
  for (const [index, result] of client.results.entries()) {
    const given = upstream.results[index] ?? '';
    const [actual, expected] = [asValue(given), asValue(result)];
    if (!actual.includes(expected) && saidIn(result.split('\n'), bare(given)) !== null) {
      found.push(`result ${actual.slice(0, 100)} for ${expected.slice(0, 100)}`);
    }
  }
  equal('media', upstream.media.map(short).sort(), client.media.map(short).sort());
  if (client.toolChoice !== 'none' && client.toolChoice !== 'allowed') {
    // Some providers want the tools of past calls declared, also where none is offered any more.
    const offered = client.tools.length > 0 ? upstream.tools : [];
    equal(
      'tools',
      offered.map(([name, , members]) => [name, members]),
      client.tools.map(([name, , members]) => [name, members]),
    );
    missing(
      'descriptions',
      saidIn(
        client.tools.map(([, description]) => description),
        bare(upstream.tools.map(([, description]) => description).join('')),
      ),
    );
    const only = client.tools.length === 1 ? `named ${client.tools[0]![0]}` : '';
    const usual = (choice: string | null): string | null =>
      choice === 'auto' ? null : choice === only ? 'required' : choice;
    if (client.tools.length > 0) {
      equal('tool choice', usual(upstream.toolChoice), usual(client.toolChoice));
    }
  }
  if (!isDropped('outputFormat') && client.format !== 'json') {
    equal('format', upstream.format, client.format);
  }
  if (client.maxTokens !== null) equal('limit', upstream.maxTokens, client.maxTokens);
  if (!isDropped('temperature')) {
    // Scales end at 1 or begin above 0, and 1 is what a model does that is told nothing.
    const { temperature } = client;
    const nearest = temperature === null ? [null] : [Math.min(1, Math.max(0.0001, temperature))];
    if (![temperature, ...nearest, temperature === 1 ? null : 1e9].includes(upstream.temperature)) {
      equal('temperature', upstream.temperature, temperature);
    }
  }
  if (client.topP !== 1 && !isDropped('topP')) equal('top_p', upstream.topP, client.topP);
  if (!isDropped('stop')) equal('stop', upstream.stop, client.stop);
  equal('candidates', upstream.candidates, client.candidates);
  return found;
}

function short(media: string): string {
  return media.slice(0, 40);
}
