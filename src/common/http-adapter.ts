import { ExpressAdapter } from '@nestjs/platform-express';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { uuidv7 } from './request-id.js';

export interface HttpLimits {
  headersTimeoutMs: number;
  requestTimeoutMs: number;
  keepAliveTimeoutMs: number;
}

const MAX_HEADER_BYTES = 16_384;

/**
 * Express on a server with limits of our own: Nest creates its server without options, and then a client that sends its
 * headers one byte at a time is only looked at every 30 seconds.
 */
export class GatewayHttpAdapter extends ExpressAdapter {
  constructor(private readonly limits: HttpLimits) {
    super();
    this.getInstance().disable('x-powered-by');
    this.getInstance().disable('etag');
  }

  override initHttpServer(): void {
    const { headersTimeoutMs, requestTimeoutMs, keepAliveTimeoutMs } = this.limits;
    this.httpServer = createServer(
      {
        maxHeaderSize: MAX_HEADER_BYTES,
        headersTimeout: headersTimeoutMs,
        requestTimeout: requestTimeoutMs,
        keepAliveTimeout: keepAliveTimeoutMs,
        connectionsCheckingInterval: 1_000,
        noDelay: true,
      },
      this.getInstance(),
    );
  }
}

/**
 * First in line for every request: gives it an id, and refuses what two parsers in a row could read differently.
 * RFC 9112, 3.2 (one Host) and 6.1 (transfer codings).
 */
export function admit(request: IncomingMessage, response: ServerResponse, next: () => void): void {
  response.setHeader('x-request-id', uuidv7(Date.now()));
  const coding = request.headers['transfer-encoding'];
  if (coding !== undefined && coding.toLowerCase() !== 'chunked') {
    refuse(response, 501, 'transfer-encoding: only chunked is supported');
    return;
  }
  if (countOf(request.rawHeaders, 'host') > 1) {
    refuse(response, 400, 'host: sent more than once');
    return;
  }
  next();
}

function refuse(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { 'content-type': 'application/json', connection: 'close' });
  response.end(
    JSON.stringify({ error: { type: 'invalid_request_error', message, code: 'bad_http' } }),
  );
}

function countOf(rawHeaders: readonly string[], name: string): number {
  let count = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    if (rawHeaders[index]!.length === name.length && rawHeaders[index]!.toLowerCase() === name)
      count++;
  }
  return count;
}
