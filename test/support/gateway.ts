import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createDatabase, type TestDatabase } from './database.js';

export const ADMIN = { username: 'admin', password: 'admin123456' };
export const USER = { username: 'testuser', password: 'testpass123' };

/** For hundreds of starts: what one has compiled the next need not, and none of three thousand modules is behind a link. */
export const QUICK_START = {
  NODE_COMPILE_CACHE: resolve('.cache/compiled'),
  NODE_OPTIONS: '--preserve-symlinks --preserve-symlinks-main',
};

export interface GatewayOptions {
  /** Over the defaults of a test: an empty database, an empty DATA_DIR, a free port. */
  env?: Record<string, string>;
  /** Written to a configuration file that CONFIG_PATH names. */
  config?: string;
  /** An existing one, for a second instance or a restart; else the gateway gets its own and drops it. */
  database?: TestDatabase;
  dataDir?: string;
}

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  // A test reads what it expects and fails when it is not there.
  // oxlint-disable-next-line typescript/no-explicit-any
  body: any;
}

export interface CallOptions {
  /** Sent as `Authorization: Bearer`. */
  token?: string;
  body?: unknown;
  headers?: Record<string, string>;
}

/** The built gateway as a process of its own, on a real database and real sockets. */
export class Gateway {
  private output = '';

  private constructor(
    readonly database: TestDatabase,
    readonly dataDir: string,
    private readonly process: ChildProcess,
    private readonly owns: { database: boolean; dataDir: boolean },
  ) {
    for (const stream of [process.stdout!, process.stderr!]) {
      stream.on('data', (chunk: Buffer) => (this.output += chunk.toString('utf8')));
    }
  }

  static async start(options: GatewayOptions = {}): Promise<Gateway> {
    const gateway = await Gateway.launch(options);
    await gateway.untilReady();
    return gateway;
  }

  /** Started, but not waited for. */
  static async launch({ env, config, database, dataDir }: GatewayOptions = {}): Promise<Gateway> {
    const ownDatabase = database ?? (await createDatabase());
    const ownDataDir = dataDir ?? (await mkdtemp(join(tmpdir(), 'gateway-data-')));
    const configPath = join(ownDataDir, 'test-config.yaml');
    if (config !== undefined) await writeFile(configPath, config);
    const child = spawn(process.execPath, [resolve('dist/src/main.js')], {
      cwd: ownDataDir,
      env: {
        PATH: process.env['PATH'],
        DATABASE_URL: ownDatabase.url,
        DATA_DIR: ownDataDir,
        PORT: '0',
        LOG_FORMAT: 'json',
        DRAIN_DELAY_MS: '0',
        ...QUICK_START,
        ...(config !== undefined && { CONFIG_PATH: configPath }),
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return new Gateway(ownDatabase, ownDataDir, child, {
      database: !database,
      dataDir: !dataDir,
    });
  }

  get url(): string {
    const match = /listening on (http:\/\/[^\s"]+)/.exec(this.output);
    if (!match) throw new Error(`the gateway does not listen:\n${this.output}`);
    return match[1]!;
  }

  get logs(): string {
    return this.output;
  }

  get pid(): number {
    return this.process.pid!;
  }

  async untilListening(): Promise<void> {
    await this.until(() => Promise.resolve(this.output.includes('listening on http')));
  }

  async untilReady(): Promise<void> {
    await this.untilListening();
    await this.until(async () => (await this.call('GET', '/health/ready')).status === 200);
  }

  async call(method: string, path: string, options: CallOptions = {}): Promise<Answer> {
    const response = await fetch(this.url + path, {
      method,
      headers: {
        ...(options.token && { authorization: `Bearer ${options.token}` }),
        ...(options.body !== undefined && { 'content-type': 'application/json' }),
        ...options.headers,
      },
      ...(options.body !== undefined && { body: JSON.stringify(options.body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, body: parse(text) };
  }

  async login({ username, password } = ADMIN): Promise<string> {
    const { status, body, text } = await this.call('POST', '/api/auth/login', {
      body: { username, password },
    });
    if (status !== 200) throw new Error(`login of ${username}: ${status} ${text}`);
    return body.access_token as string;
  }

  /** Resolves with the exit code. */
  async stop(): Promise<number | null> {
    if (this.process.exitCode === null && this.process.signalCode === null) {
      this.process.kill('SIGTERM');
      await once(this.process, 'exit');
    }
    if (this.owns.database) await this.database.drop();
    if (this.owns.dataDir) await rm(this.dataDir, { recursive: true, force: true });
    return this.process.exitCode;
  }

  /** Asks it to stop, or for something else, and does not wait. */
  signal(name: NodeJS.Signals = 'SIGTERM'): void {
    this.process.kill(name);
  }

  /** As `kill -9` does: nothing is flushed, nothing said goodbye. */
  async kill(): Promise<void> {
    this.process.kill('SIGKILL');
    await once(this.process, 'exit');
  }

  async untilExit(): Promise<number | null> {
    if (this.process.exitCode === null) await once(this.process, 'exit');
    return this.process.exitCode;
  }

  private async until(condition: () => Promise<boolean>): Promise<void> {
    const deadline = Date.now() + 20_000;
    while (Date.now() < deadline) {
      if (this.process.exitCode !== null) {
        throw new Error(`the gateway ended with ${this.process.exitCode}:\n${this.output}`);
      }
      if (await condition()) return;
      await sleep(20);
    }
    throw new Error(`the gateway is not ready after 20 s:\n${this.output}`);
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
