import { JsonScanError, scanObject, valueOf } from '../protocols/json-scan.js';
import type { TokenUsage } from '../protocols/token-usage.js';

export type CheckedAnswer =
  | { readonly ok: true; readonly usage: TokenUsage | null }
  /** `server_error`: it is JSON and says so itself, under a status of success. */
  | { readonly ok: false; readonly kind: 'server_error' | 'malformed'; readonly detail: string };

/** The last two tell of what is not in the usage. */
const MEMBERS: ReadonlySet<string> = new Set(['usage', 'error', 'tool_usage', 'output']);

/** @param member of the answer; undefined when it is not there */
export type ReadUsage = (usage: object, member: (name: string) => unknown) => TokenUsage;

/** Whether a 200 is the answer it claims to be, and what it used; reads what it needs for that and leaves the rest alone. */
export function checkAnswer(body: Buffer, readUsage: ReadUsage): CheckedAnswer {
  try {
    const members = scanObject(body, MEMBERS);
    const member = (name: string): unknown => {
      const span = members.get(name);
      return span && valueOf(body, span);
    };
    const error = members.get('error');
    if (error && valueOf(body, error)) {
      const detail = body.toString('utf8', error.start, Math.min(error.end, error.start + 300));
      return { ok: false, kind: 'server_error', detail };
    }
    const usage = member('usage');
    const isCounted = typeof usage === 'object' && usage !== null;
    return { ok: true, usage: isCounted ? readUsage(usage, member) : null };
  } catch (error) {
    if (!(error instanceof JsonScanError)) throw error;
    return { ok: false, kind: 'malformed', detail: error.message };
  }
}
