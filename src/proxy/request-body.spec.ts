import { PassThrough } from 'node:stream';
import type { IncomingMessage } from 'node:http';
import { readBody } from './request-body.js';

describe('readBody', () => {
  it('joins the pieces', async () => {
    const request = requestWith({});
    const body = readBody(request, 100);
    request.write('{"a"');
    request.end(':1}');
    expect((await body).toString()).toBe('{"a":1}');
  });

  it.each([
    ['announces too much', { 'content-length': '101' }, 'request_too_large'],
    ['is encoded', { 'content-encoding': 'gzip' }, 'invalid_request'],
  ])('refuses at once what %s', async (_, headers, code) => {
    await expect(readBody(requestWith(headers), 100)).rejects.toMatchObject({ code });
  });

  it('stops reading what grows too large', async () => {
    const request = requestWith({});
    const body = readBody(request, 100);
    request.write(Buffer.alloc(60));
    request.write(Buffer.alloc(60));
    await expect(body).rejects.toMatchObject({ code: 'request_too_large' });
    expect(request.isPaused()).toBe(true);
  });

  it('says so when the client breaks off', async () => {
    const request = requestWith({});
    const body = readBody(request, 100);
    request.write('{');
    request.destroy();
    await expect(body).rejects.toMatchObject({ code: 'invalid_request' });
  });
});

function requestWith(headers: Record<string, string>): IncomingMessage & PassThrough {
  return Object.assign(new PassThrough(), { headers }) as unknown as IncomingMessage & PassThrough;
}
