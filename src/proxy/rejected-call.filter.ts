import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Clock } from '../common/clock.js';
import { ErrorFilter } from '../common/error.filter.js';
import { GatewayError } from '../common/gateway-error.js';
import { Logger } from '../common/logger.js';
import { NO_USAGE } from '../protocols/token-usage.js';
import type { UsageRecord } from '../stats/usage-record.js';
import { callOf, callerOf, isServed, operationAsked } from './client-call.js';
import { CLIENT_ERROR_FORMATS } from './client-protocols.js';
import { PROTOCOLS } from './operation.js';
import { ProxyService } from './proxy.service.js';

/** A call of a known key that a guard refused leaves a record too: limits and mistakes are what people look for first. */
@Catch()
export class RejectedCallFilter implements ExceptionFilter {
  private readonly answers: ErrorFilter;

  constructor(
    logger: Logger,
    private readonly proxy: ProxyService,
    private readonly clock: Clock,
  ) {
    this.answers = new ErrorFilter(logger, CLIENT_ERROR_FORMATS);
  }

  catch(error: unknown, host: ArgumentsHost): void {
    this.answers.catch(error, host);
    const http = host.switchToHttp();
    const request = http.getRequest<IncomingMessage>();
    if (!isServed(request)) this.record(error, request, http.getResponse<ServerResponse>());
  }

  private record(error: unknown, request: IncomingMessage, response: ServerResponse): void {
    const caller = callerOf(request);
    const operation = operationAsked(request);
    if (!caller || !operation) return;
    const call = callOf(request);
    const latencyMs = this.clock.monotonic() - caller.arrivedAt;
    this.proxy.record({
      id: String(response.getHeader('x-request-id')),
      startedAt: this.clock.now() - latencyMs,
      keyId: caller.key.id,
      keyName: caller.key.name,
      userId: caller.key.ownerId,
      operation,
      clientProtocol: PROTOCOLS[operation],
      requestedModel: call?.model ?? '',
      model: null,
      provider: null,
      accountId: null,
      accountName: null,
      stream: call?.stream ?? false,
      ...endOf(error, request, response),
      usage: { ...NO_USAGE },
      usageSource: 'none',
      costNanoUsd: null,
      priceSource: null,
      latencyMs: Math.round(latencyMs * 100) / 100,
      timeToFirstTokenMs: null,
      overheadMs: null,
      attempts: [],
      decision: null,
      tags: [...(call?.tags ?? caller.key.tags)],
      session: call?.session ?? null,
      upstreamRequestId: null,
    });
  }
}

function endOf(
  error: unknown,
  { socket }: IncomingMessage,
  { statusCode }: ServerResponse,
): Pick<UsageRecord, 'status' | 'endReason' | 'errorCode'> {
  if (socket.destroyed) return { status: 499, endReason: 'client_closed', errorCode: null };
  const errorCode = error instanceof GatewayError ? error.code : 'internal_error';
  return { status: statusCode, endReason: 'rejected', errorCode };
}
