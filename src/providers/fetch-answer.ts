import type { IncomingHttpHeaders } from 'node:http';
import type { Outcome } from './outcome.js';
import type { UpstreamClient, UpstreamEndpoint, UpstreamRequest } from './upstream-client.js';

export interface FetchedAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/** Waited for as a whole, whatever takes the time. */
export interface FetchRequest extends Omit<UpstreamRequest, 'timeouts'> {
  readonly timeoutMs: number;
}

const MAX_BYTES = 8 * 1024 * 1024;

/** Calls an upstream and waits for its whole answer, whatever its status: for probes and lists. Never throws. */
export function fetchAnswer(
  client: UpstreamClient,
  endpoint: UpstreamEndpoint,
  { timeoutMs, ...request }: FetchRequest,
): Promise<FetchedAnswer | Outcome> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let length = 0;
    let head: Omit<FetchedAnswer, 'body'> | null = null;
    const timeouts = { firstByteMs: timeoutMs, idleMs: timeoutMs, totalMs: timeoutMs };
    const exchange = client.send(
      endpoint,
      { ...request, timeouts },
      {
        head: (status, headers) => (head = { status, headers }),
        data: (chunk) => {
          length += chunk.length;
          if (length <= MAX_BYTES) {
            chunks.push(chunk);
            return;
          }
          exchange.abort();
          resolve({
            kind: 'malformed',
            status: head!.status,
            detail: 'too large',
            retryAfterMs: null,
          });
        },
        end: () => resolve({ ...head!, body: Buffer.concat(chunks) }),
        fail: resolve,
      },
    );
  });
}
