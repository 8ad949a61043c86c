import type { IncomingHttpHeaders } from 'node:http';
import type { UpstreamClient } from '../providers/upstream-client.js';
import type { UpstreamExchange } from '../providers/upstream-exchange.js';
import type { Candidate } from '../routing/candidate.js';
import type { Attempt } from './attempt.js';
import type { Carrier } from './carrier.js';
import type { ProxyTimeouts } from './proxy-timeouts.js';

export interface AttemptRequest {
  readonly candidate: Candidate;
  readonly carrier: Carrier;
  /** The account's credential, or the token got with it. */
  readonly secret: string;
  readonly stream: boolean;
  readonly clientHeaders: IncomingHttpHeaders;
  readonly timeouts: ProxyTimeouts;
}

/** Puts a carried call on the wire to one account. */
export function sendAttempt(
  client: UpstreamClient,
  { candidate, carrier, secret, stream, clientHeaders, timeouts }: AttemptRequest,
  attempt: Attempt,
): UpstreamExchange {
  const { account, model } = candidate;
  const { operation, body } = carrier;
  const { url, headers } = account.adapter.address(
    { baseUrl: account.baseUrl, secret },
    {
      operation,
      model,
      stream,
      clientHeaders,
    },
  );
  return client.send(
    { id: account.id, verifyTls: account.verifyTls },
    {
      method: 'POST',
      url,
      headers: {
        ...headers,
        'content-type': 'application/json',
        accept: stream ? 'text/event-stream' : 'application/json',
      },
      body,
      timeouts: {
        firstByteMs: stream ? timeouts.firstByteMs : timeouts.wholeAnswerMs,
        idleMs: timeouts.idleMs,
        totalMs: stream ? timeouts.streamMs : timeouts.wholeAnswerMs,
      },
    },
    attempt,
  );
}
