import { createClient } from '@redis/client';
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';

/** A Redis of the test's own, which it may freeze and kill. */
export class RedisServer {
  private constructor(
    private readonly port: number,
    private process: ChildProcess,
  ) {}

  /** Only where somebody asked for tests with Redis, and has a server to start. */
  static get isAvailable(): boolean {
    if (!process.env['TEST_REDIS_URL']) return false;
    return spawnSync('redis-server', ['--version']).status === 0;
  }

  static async start(): Promise<RedisServer> {
    const port = await freePort();
    return new RedisServer(port, await launch(port));
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** As an administrator would give it. */
  async command(...words: string[]): Promise<void> {
    const client = createClient({ url: this.url });
    await client.connect();
    await client.sendCommand(words);
    client.destroy();
  }

  /** It keeps its connections and answers nothing. */
  freeze(): void {
    this.process.kill('SIGSTOP');
  }

  thaw(): void {
    this.process.kill('SIGCONT');
  }

  async kill(): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    this.process.kill('SIGKILL');
    await once(this.process, 'exit');
  }

  /** On the same port, with nothing in it. */
  async restart(): Promise<void> {
    await this.kill();
    this.process = await launch(this.port);
  }
}

async function launch(port: number): Promise<ChildProcess> {
  const server = spawn(
    'redis-server',
    ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', tmpdir()],
    { stdio: ['ignore', 'pipe', 'ignore'] },
  );
  for await (const chunk of server.stdout) {
    if (String(chunk).includes('Ready to accept connections')) break;
  }
  return server;
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}
