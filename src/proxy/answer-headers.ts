import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import type { Candidate } from '../routing/candidate.js';

/** What may be passed on of an upstream's head; the rest names its organisation, its servers or its limits. */
const PASSED_ON = [
  'content-type',
  'openai-processing-ms',
  'openai-version',
  'openai-model',
] as const;

/** Marks, in milliseconds of one monotonic clock. */
export interface Timings {
  arrivedAt: number;
  authenticatedAt: number;
  plannedAt: number;
  /** When the attempt that answered was sent. */
  sentAt: number;
  answeredAt: number;
}

export function passOnHeaders(response: ServerResponse, upstream: IncomingHttpHeaders): void {
  for (const name of PASSED_ON) {
    const value = upstream[name];
    if (value !== undefined) response.setHeader(name, value);
  }
}

/** Who answered, after how many attempts, and where the time went. */
export function describeAnswer(
  response: ServerResponse,
  { account, model }: Candidate,
  attempts: number,
  timings: Timings,
): void {
  response.setHeader('x-gateway-account', headerSafe(account.name));
  response.setHeader('x-gateway-provider', account.adapter.provider);
  response.setHeader('x-gateway-model', headerSafe(model));
  response.setHeader('x-gateway-attempts', String(attempts));
  response.setHeader('server-timing', serverTiming(timings));
}

/** https://www.w3.org/TR/server-timing/ */
function serverTiming({
  arrivedAt,
  authenticatedAt,
  plannedAt,
  sentAt,
  answeredAt,
}: Timings): string {
  const auth = (authenticatedAt - arrivedAt).toFixed(2);
  const plan = (plannedAt - authenticatedAt).toFixed(2);
  const upstream = (answeredAt - sentAt).toFixed(2);
  const total = (answeredAt - arrivedAt).toFixed(2);
  return `auth;dur=${auth}, plan;dur=${plan}, upstream_ttfb;dur=${upstream}, total;dur=${total}`;
}

/** Names are people's own words; a header takes visible ASCII. */
function headerSafe(name: string): string {
  return /^[\x20-\x7e]*$/.test(name) ? name : encodeURIComponent(name);
}
