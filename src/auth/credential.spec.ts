import type { IncomingMessage } from 'node:http';
import { InvalidRequestError } from '../common/gateway-error.js';
import { credentialOf } from './credential.js';

describe('credentialOf', () => {
  it.each([
    [{}, null],
    [{ authorization: ['Bearer abc'] }, 'abc'],
    [{ authorization: ['bearer  abc '] }, 'abc'],
    [{ 'x-api-key': ['abc'] }, 'abc'],
    [{ authorization: ['Bearer abc'], 'x-api-key': [' abc '] }, 'abc'],
    [{ 'api-key': ['abc'] }, 'abc'],
    [{ 'api-key': ['abc'], 'x-api-key': ['abc'] }, 'abc'],
    [{ authorization: ['Basic dXNlcg=='] }, null],
    [{ authorization: ['Basic dXNlcg=='], 'x-api-key': ['abc'] }, 'abc'],
    [{ authorization: ['Bearer'], 'x-api-key': [''] }, null],
    [{ authorization: ['Bearer two words'] }, null],
  ])('reads %j as %j', (headers, credential) => {
    expect(credentialOf(request(headers))).toBe(credential);
  });

  it.each([
    [{ authorization: ['Bearer abc'], 'x-api-key': ['def'] }],
    [{ authorization: ['Bearer abc', 'Bearer def'] }],
    [{ 'x-api-key': ['abc', 'def'] }],
    [{ 'x-api-key': ['abc'], 'api-key': ['def'] }],
  ])('refuses two different ones in %j', (headers) => {
    expect(() => credentialOf(request(headers))).toThrow(InvalidRequestError);
  });
});

function request(headers: Record<string, string[]>): IncomingMessage {
  const rawHeaders = Object.entries(headers).flatMap(([name, values]) =>
    values.flatMap((value) => [name.toUpperCase(), value]),
  );
  return { rawHeaders } as IncomingMessage;
}
