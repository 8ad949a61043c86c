import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { fetchAnswer, type FetchedAnswer } from './fetch-answer.js';
import { AddressPolicy } from './upstream-address.js';
import { UpstreamClient } from './upstream-client.js';

describe('UpstreamClient', () => {
  let server: Server;
  let url: string;
  let sockets: Set<Socket>;
  let answer: (response: ServerResponse) => void;
  let client: UpstreamClient;

  beforeEach(async () => {
    sockets = new Set();
    answer = (response) => void response.end('hello');
    server = createServer((_, response) => answer(response));
    server.on('connection', (socket) => {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/path?q=1`;
    client = new UpstreamClient(policy(['127.0.0.0/8']), 500);
  });

  afterEach(async () => {
    await client.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  const get = (id = 'one', address = url) =>
    fetchAnswer(
      client,
      { id, verifyTls: true },
      { method: 'GET', url: address, headers: {}, body: null, timeoutMs: 2_000 },
    );

  it('keeps the connection of an account for its next call', async () => {
    await get();
    await new Promise((resolve) => setImmediate(resolve));
    await get();
    expect(sockets.size).toBe(1);
  });

  it('never shares a connection between accounts', async () => {
    await get('one');
    await get('two');
    expect(sockets.size).toBe(2);
  });

  it('asks for no compression', async () => {
    let encoding: unknown;
    server.prependListener('request', ({ headers }) => (encoding = headers['accept-encoding']));
    await get();
    expect(encoding).toBe('identity');
  });

  it('lets go of the connections of accounts that are gone', async () => {
    await get('one');
    await get('two');
    client.retain(new Set(['two']));
    await until(() => sockets.size === 1);
    expect(await body(get('two'))).toBe('hello');
  });

  it('lets a call under way end in peace when its account goes', async () => {
    let finish: (() => void) | undefined;
    answer = (response) => {
      response.write('hel');
      finish = () => response.end('lo');
    };
    const pending = get();
    await until(() => finish !== undefined);
    client.retain(new Set());
    finish!();
    expect(await body(pending)).toBe('hello');
  });

  it('opens new connections when an account points somewhere else', async () => {
    await get();
    expect(await body(get('one', url.replace('127.0.0.1', '127.0.0.2')))).toBeNull();
    expect(await body(get())).toBe('hello');
  });

  it('refuses an address that accounts may not use', async () => {
    await client.close();
    client = new UpstreamClient(policy([]), 500);
    expect(await get()).toMatchObject({ kind: 'unreachable', detail: 'ADDRESS_FORBIDDEN' });
    const named = url.replace('127.0.0.1', 'localhost');
    expect(await get('one', named)).toMatchObject({ detail: 'ADDRESS_FORBIDDEN' });
    expect(sockets.size).toBe(0);
  });

  it('does not follow a redirect', async () => {
    answer = (response) => void response.writeHead(302, { location: url }).end();
    expect(await get()).toMatchObject({ status: 302 });
  });

  it('gives an answer up that is too large to be a list', async () => {
    answer = (response) => void response.end(Buffer.alloc(9 * 1024 * 1024));
    expect(await get()).toMatchObject({ kind: 'malformed', status: 200 });
  });
});

function policy(allowPrivate: string[]): AddressPolicy {
  return new AddressPolicy({ production: false, allowPrivate });
}

async function body(answer: ReturnType<typeof fetchAnswer>): Promise<string | null> {
  const fetched = (await answer) as Partial<FetchedAnswer>;
  return fetched.body?.toString() ?? null;
}

async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 2_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error('not in time');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
