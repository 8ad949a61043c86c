/** What a field was and what it became; null stands for "not there". */
export type Changes = Record<string, { from: unknown; to: unknown }>;

/**
 * The fields that differ between two states of an object, as its owner sees it: only what may be shown may be compared, so no
 * secret gets into the log. Null is the state before creation and after deletion.
 */
export function changesBetween(before: object | null, after: object | null): Changes {
  const from = (before ?? {}) as Record<string, unknown>;
  const to = (after ?? {}) as Record<string, unknown>;
  const fields = new Set([...Object.keys(from), ...Object.keys(to)]);
  const changes: Changes = {};
  for (const field of fields) {
    const change = { from: from[field] ?? null, to: to[field] ?? null };
    if (JSON.stringify(change.from) !== JSON.stringify(change.to)) changes[field] = change;
  }
  return changes;
}
