import { createServer, Socket, type Server } from 'node:net';
import type { AddressInfo } from 'node:net';
import { AddressPolicy } from './upstream-address.js';
import { guardedConnector } from './upstream-connector.js';

describe('guardedConnector', () => {
  let server: Server;
  let port: number;

  beforeAll(async () => {
    // Accepts, and never says a word of TLS.
    server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    port = (server.address() as AddressInfo).port;
  });

  afterAll(() => {
    server.close();
  });

  it('connects to an address that is allowed', async () => {
    const socket = await connect(`http://127.0.0.1:${port}`, ['127.0.0.0/8']);
    expect(socket).toBeInstanceOf(Socket);
    (socket as Socket).destroy();
  });

  it.each(['127.0.0.1', 'localhost', '[::1]', '169.254.169.254', '10.0.0.1'])(
    'does not even try %s when it is not',
    async (host) => {
      await expect(connect(`http://${host}:${port}`, [])).rejects.toMatchObject({
        code: 'ADDRESS_FORBIDDEN',
      });
    },
  );

  it('includes the handshake in its time-out, keeps to it, and leaves no socket behind', async () => {
    const accepted = new Promise<Socket>((resolve) => server.once('connection', resolve));
    const startedAt = performance.now();
    await expect(connect(`https://127.0.0.1:${port}`, ['127.0.0.0/8'])).rejects.toMatchObject({
      code: 'CONNECT_TIMEOUT',
    });
    expect(performance.now() - startedAt).toBeLessThan(2_000);
    const socket = await accepted;
    await new Promise((resolve) => socket.once('close', resolve).resume());
  });

  it("passes the system's own refusal on", async () => {
    await expect(connect('http://127.0.0.1:1', ['127.0.0.0/8'])).rejects.toMatchObject({
      code: 'ECONNREFUSED',
    });
  });
});

function connect(address: string, allowPrivate: string[]): Promise<unknown> {
  const origin = new URL(address);
  const connector = guardedConnector({
    policy: new AddressPolicy({ production: false, allowPrivate }),
    origin,
    timeoutMs: 150,
    verifyTls: false,
  });
  const { hostname, protocol, port } = origin;
  return new Promise((resolve, reject) => {
    connector({ hostname, host: origin.host, protocol, port }, (error, socket) =>
      error ? reject(error) : resolve(socket),
    );
  });
}
