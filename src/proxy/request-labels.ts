import type { IncomingHttpHeaders } from 'node:http';
import { valueOf, type Span } from '../protocols/json-scan.js';

const MAX_TAGS = 16;
const MAX_LENGTH = 128;

/** `x-gateway-tags` (a comma list) behind the tags of the key. */
export function tagsOf(headers: IncomingHttpHeaders, ofKey: readonly string[]): readonly string[] {
  const header = headers['x-gateway-tags'];
  if (typeof header !== 'string') return ofKey;
  const given = header
    .split(',')
    .map((tag) => tag.trim().slice(0, MAX_LENGTH))
    .filter(Boolean);
  return [...new Set([...ofKey, ...given])].slice(0, MAX_TAGS);
}

/**
 * What keeps the requests of one conversation together: our own header, Claude Code's, OpenAI's `prompt_cache_key` and `user`,
 * Anthropic's `metadata.user_id`; the first there is.
 */
export function sessionOf(
  headers: IncomingHttpHeaders,
  body: Buffer,
  members: ReadonlyMap<string, Span>,
): string | null {
  const header = headers['x-gateway-session'] ?? headers['x-claude-code-session-id'];
  const session =
    (typeof header === 'string' && header) ||
    textOf(read('prompt_cache_key')) ||
    textOf(read('user')) ||
    textOf((read('metadata') as { user_id?: unknown } | null | undefined)?.user_id);
  return session ? session.slice(0, MAX_LENGTH) : null;

  function read(name: string): unknown {
    const span = members.get(name);
    if (!span) return undefined;
    try {
      return valueOf(body, span);
    } catch {
      return undefined;
    }
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
