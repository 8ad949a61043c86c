import { createHash } from 'node:crypto';

const MAX_LENGTH = 128;

/**
 * A tool's name as Anthropic accepts it (`^[a-zA-Z0-9_-]{1,128}$`). A name that has to change ends in a hash of the whole, so
 * that two names never become one.
 */
export function anthropicToolName(name: string): string {
  if (/^[a-zA-Z0-9_-]{1,128}$/.test(name)) return name;
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 8);
  const legible = name.replaceAll(/[^a-zA-Z0-9_-]/g, '_').slice(0, MAX_LENGTH - 9);
  return `${legible}_${hash}`;
}
