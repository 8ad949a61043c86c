import type { IncomingHttpHeaders } from 'node:http';

/** No provider may silence an account for longer than this. */
const MAX_MS = 600_000;
/** For a header that says nothing we understand. */
const UNREADABLE_MS = 5_000;

/**
 * How long the provider asks to be left alone, in milliseconds; null when it does not say. Reads `retry-after-ms`, Azure's
 * `x-ms-retry-after-ms`, and `retry-after` in seconds or as an HTTP date (RFC 9110, 10.2.3).
 * @param nowMs wall clock
 */
export function readRetryAfter(headers: IncomingHttpHeaders, nowMs: number): number | null {
  const inMs = headers['retry-after-ms'] ?? headers['x-ms-retry-after-ms'];
  if (inMs !== undefined) return bounded(Number(inMs));
  const value = headers['retry-after'];
  if (value === undefined) return null;
  const seconds = Number(value.trim() || Number.NaN);
  if (!Number.isNaN(seconds)) return bounded(seconds * 1000);
  return bounded(Date.parse(value) - nowMs);
}

function bounded(ms: number): number {
  return Number.isFinite(ms) && ms >= 0 ? Math.min(ms, MAX_MS) : UNREADABLE_MS;
}
