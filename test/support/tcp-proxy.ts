import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import pg from 'pg';

/** A wire to PostgreSQL that a test can cut, or let go silent, and mend again. */
export class TcpProxy {
  private readonly pairs = new Set<readonly [Socket, Socket]>();
  private state: 'open' | 'refusing' | 'silent' | 'muffled' = 'open';

  private constructor(
    private readonly server: Server,
    private readonly target: string,
  ) {}

  /** @param target address of the database behind the wire */
  static async start(target: string): Promise<TcpProxy> {
    const server = createServer();
    const proxy = new TcpProxy(server, target);
    server.on('connection', (socket) => proxy.accept(socket));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  /** The address of the database through the wire. */
  get url(): string {
    const { user, password, database } = new pg.Client(this.target);
    const secret = password ? `:${encodeURIComponent(password)}` : '';
    const { port } = this.server.address() as AddressInfo;
    return `postgres://${encodeURIComponent(user!)}${secret}@127.0.0.1:${port}/${database}`;
  }

  /** Every connection breaks, and every new one too. */
  refuse(): void {
    this.state = 'refusing';
    for (const pair of this.pairs) for (const socket of pair) socket.destroy();
  }

  /** Nothing breaks and nothing comes through, as when a machine loses its power. */
  silence(): void {
    this.state = 'silent';
    for (const pair of this.pairs) for (const socket of pair) socket.pause();
  }

  /** The database hears everything, and nobody hears its answers. */
  muffle(): void {
    this.state = 'muffled';
  }

  /** For new connections: what fell silent stays so, as after a failover to another machine. */
  mend(): void {
    this.state = 'open';
  }

  async stop(): Promise<void> {
    this.refuse();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private accept(client: Socket): void {
    if (this.state === 'refusing') {
      client.destroy();
      return;
    }
    const { host, port } = new pg.Client(this.target);
    const database = host.startsWith('/')
      ? connect(`${host}/.s.PGSQL.${port}`)
      : connect(port, host);
    const pair = [client, database] as const;
    this.pairs.add(pair);
    for (const [from, to] of [pair, [database, client] as const]) {
      from.on('error', () => {});
      from.on('data', (chunk) => {
        if (this.state !== 'muffled' || from === client) to.write(chunk);
      });
      from.once('close', () => {
        to.destroy();
        this.pairs.delete(pair);
      });
      if (this.state === 'silent') from.pause();
    }
  }
}
