import { ExpressAdapter } from '@nestjs/platform-express';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { isPage } from './http-surface.js';
import type { Logger } from './logger.js';
import { pathOf } from './path-of.js';
import { valuesOf } from './raw-headers.js';
import { uuidv7 } from './request-id.js';
import { usualAddress } from './usual-address.js';

export interface HttpLimits {
  headersTimeoutMs: number;
  requestTimeoutMs: number;
  keepAliveTimeoutMs: number;
}

/** What Nest makes of a controller's method: its guards, the method, its filters. */
type RouteHandler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

const MAX_HEADER_BYTES = 16_384;

/**
 * Express on a server with limits of our own: Nest creates its server without options, and then a client that sends its
 * headers one byte at a time is only looked at every 30 seconds.
 *
 * Calls for inference do not go through Express: nothing of it applies to them (no page's headers, no parsed body, no path
 * parameters), and it would cost each of them a chain of middleware and another prototype. Nest's handler for them is found by its
 * address; a spelling of one that is unusual all the same, such as with a slash at its end, finds it through Express.
 */
export class GatewayHttpAdapter extends ExpressAdapter {
  private readonly direct = new Map<string, RouteHandler>();

  constructor(
    private readonly limits: HttpLimits,
    private readonly log: Logger,
  ) {
    super();
    this.getInstance().disable('x-powered-by');
    this.getInstance().disable('etag');
  }

  override post(...route: unknown[]): unknown {
    const [path, handler] = route;
    if (typeof path === 'string' && isDirect(path)) this.direct.set(path, handler as RouteHandler);
    return super.post(...(route as Parameters<ExpressAdapter['post']>));
  }

  /** As Express would, on a response that may not have been through it. */
  override status(response: ServerResponse, statusCode: number): void {
    response.statusCode = statusCode;
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
      (request, response) => this.serve(request, response),
    );
  }

  private serve(request: IncomingMessage, response: ServerResponse): void {
    if (!admit(request, response)) return;
    // Most requests spell their address as we do.
    const handler = this.directHandler(request) ?? this.handlerMeant(request);
    if (handler) handler(request, response).catch((error: Error) => this.failed(response, error));
    else this.getInstance()(request, response);
  }

  private handlerMeant(request: IncomingMessage): RouteHandler | undefined {
    request.url = usualAddress(request.url!);
    return this.directHandler(request);
  }

  private directHandler(request: IncomingMessage): RouteHandler | undefined {
    return request.method === 'POST' ? this.direct.get(pathOf(request)) : undefined;
  }

  /** Filters have failed over an error: nobody else will end this request. */
  private failed(response: ServerResponse, error: Error): void {
    this.log.error('request failed', 'GatewayHttpAdapter', error);
    response.destroy();
  }
}

function isDirect(path: string): boolean {
  return !isPage(path) && !/[:*{]/.test(path);
}

/**
 * First in line for every request: gives it an id, and refuses what two parsers in a row could read differently.
 * RFC 9112, 3.2 (one Host) and 6.1 (transfer codings).
 * @returns false: it has been answered
 */
function admit(request: IncomingMessage, response: ServerResponse): boolean {
  response.setHeader('x-request-id', uuidv7(Date.now()));
  const coding = request.headers['transfer-encoding'];
  if (coding !== undefined && coding.toLowerCase() !== 'chunked') {
    refuse(response, 501, 'transfer-encoding: only chunked is supported');
    return false;
  }
  if (valuesOf(request.rawHeaders, 'host').length > 1) {
    refuse(response, 400, 'host: sent more than once');
    return false;
  }
  return true;
}

function refuse(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { 'content-type': 'application/json', connection: 'close' });
  response.end(
    JSON.stringify({ error: { type: 'invalid_request_error', message, code: 'bad_http' } }),
  );
}
