import type { FileChange } from '../config/file-section.js';

/** Such as `1 created, 2 unchanged`. */
export function summaryOf(changes: readonly FileChange[]): string {
  const counts = new Map<string, number>();
  for (const { verb } of changes) counts.set(verb, (counts.get(verb) ?? 0) + 1);
  return (
    [...counts].map(([verb, count]) => `${count} ${verb}`).join(', ') || 'nothing in the database'
  );
}
