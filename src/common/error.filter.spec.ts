import { HttpException, type ArgumentsHost } from '@nestjs/common';
import type { Request } from 'express';
import { ErrorFilter, type ErrorFormat } from './error.filter.js';
import { InvalidRequestError, TooManyRequestsError, UnavailableError } from './gateway-error.js';
import { Logger } from './logger.js';

describe('ErrorFilter', () => {
  it("writes the gateway's own errors, with the id of the request", () => {
    const { body, status } = answer(new InvalidRequestError('name: too long', { param: 'name' }));
    expect(status).toBe(400);
    expect(body).toEqual({
      error: {
        type: 'invalid_request_error',
        message: 'name: too long',
        code: 'invalid_request',
        param: 'name',
        request_id: 'the-id',
      },
    });
  });

  it('says nothing of errors that nobody meant', () => {
    const { body, status } = answer(new Error('password of host db-1 is hunter2'));
    expect(status).toBe(500);
    expect(JSON.stringify(body)).not.toMatch(/db-1|hunter2/);
    expect(body).toMatchObject({ error: { code: 'internal_error', type: 'server_error' } });
  });

  it.each<[string, unknown]>([
    ['refused', { code: 'ECONNREFUSED' }],
    ['unknown host', { code: 'ENOTFOUND' }],
    ['unreachable', { code: 'EHOSTUNREACH' }],
    ['cut', { driverError: { code: '57P01' } }],
    ['too many clients', { code: '53300' }],
    ['no time', { message: 'Query read timeout' }],
    ['no connection in time', { message: 'timeout exceeded when trying to connect' }],
    ['lost', { message: 'Connection terminated unexpectedly' }],
    ['broken', { message: 'Client has encountered a connection error and is not queryable' }],
    ['not connected', { message: 'Driver not Connected' }],
    ['not there yet', { name: 'CannotExecuteNotConnectedError' }],
    ['never seen', { name: 'EntityMetadataNotFoundError' }],
  ])('answers 503 when the database is away: %s', (_, fields) => {
    const { status, headers, body } = answer(Object.assign(new Error('x'), fields));
    expect([status, headers['retry-after']]).toEqual([503, '2']);
    expect(body).toMatchObject({ error: { code: 'database_unavailable' } });
  });

  it.each([
    [new TooManyRequestsError('slow'), '1'],
    [new TooManyRequestsError('slow', { retryAfterSeconds: 0.2 }), '1'],
    [new UnavailableError('later', { retryAfterSeconds: 4.1 }), '5'],
    [new InvalidRequestError('never'), undefined],
  ])('says when to come back: %s', (error, retryAfter) => {
    expect(answer(error).headers['retry-after']).toBe(retryAfter);
  });

  it('tells SDKs not to repeat what is pointless', () => {
    const error = new UnavailableError('quota', { shouldRetry: false });
    expect(answer(error).headers['x-should-retry']).toBe('false');
  });

  it("keeps Nest's and the body parser's statuses", () => {
    expect(answer(new HttpException('Cannot GET /x', 404))).toMatchObject({
      status: 404,
      body: { error: { code: 'not_found' } },
    });
    const tooLarge = Object.assign(new Error('too large'), {
      status: 413,
      type: 'entity.too.large',
    });
    expect(answer(tooLarge)).toMatchObject({
      status: 413,
      body: { error: { code: 'request_too_large' } },
    });
  });

  it('writes in the protocol of the route', () => {
    const format: ErrorFormat = {
      serves: ({ url }) => url === '/theirs',
      status: () => 529,
      body: ({ message }) => ({ said: message }),
    };
    const error = new UnavailableError('busy');
    expect(answer(error, { url: '/theirs' }, format)).toMatchObject({
      status: 529,
      body: { said: 'busy' },
    });
    expect(answer(error, { url: '/ours' }, format).status).toBe(503);
  });

  it('closes a connection whose upload nobody will read', () => {
    const error = new InvalidRequestError('x');
    expect(answer(error, { complete: false }).headers['connection']).toBe('close');
    expect(answer(error).headers['connection']).toBeUndefined();
  });

  it('cuts an answer that has begun', () => {
    const { destroyed, body } = answer(new Error('x'), {}, undefined, true);
    expect([destroyed, body]).toEqual([true, undefined]);
  });
});

function answer(
  error: unknown,
  request: Partial<Request> = {},
  format?: ErrorFormat,
  headersSent = false,
) {
  const seen = {
    status: 0,
    headers: {} as Record<string, string>,
    body: undefined as unknown,
    destroyed: false,
  };
  const response = {
    headersSent,
    getHeader: () => 'the-id',
    setHeader: (name: string, value: string) => (seen.headers[name] = value),
    set statusCode(status: number) {
      seen.status = status;
    },
    end: (body: Buffer) => (seen.body = JSON.parse(body.toString())),
    destroy: () => (seen.destroyed = true),
  };
  const http = {
    getRequest: () => ({ url: '/', complete: true, ...request }),
    getResponse: () => response,
  };
  const host = { switchToHttp: () => http } as unknown as ArgumentsHost;
  new ErrorFilter(Logger.silent(), format ? [format] : []).catch(error, host);
  return seen;
}
