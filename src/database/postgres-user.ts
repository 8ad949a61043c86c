import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { accessSync, chownSync, constants, existsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ConfigError } from '../config/config-error.js';

/** Who the embedded PostgreSQL runs as. */
export interface PostgresUser {
  readonly uid: number | undefined;
  readonly gid: number | undefined;
  /** Whether that is somebody else than this process, so that folders must be handed over. */
  readonly changed: boolean;
  /** @param log file descriptor for the output of a long-lived process; pipes when absent */
  spawn(command: string, args: readonly string[], log?: number): ChildProcess;
}

/**
 * PostgreSQL refuses to run as root. An ordinary user runs it as itself; root runs it as the owner of the existing data, else
 * as `postgres`, else as `nobody`.
 * @throws ConfigError naming the folder that user cannot reach and what to do
 */
export function postgresUser(directory: string, binary: string): PostgresUser {
  const environment = { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' };
  const options = (log?: number) => ({
    env: environment,
    cwd: '/',
    detached: log !== undefined,
    stdio:
      log === undefined ? ('pipe' as const) : (['ignore', log, log] as ['ignore', number, number]),
  });
  const data = join(directory, 'data');
  if (process.getuid?.() !== 0) {
    refuseForeignData(data);
    return {
      uid: undefined,
      gid: undefined,
      changed: false,
      spawn: (command, args, log) => spawn(command, args, options(log)),
    };
  }
  const { uid, gid } = unprivileged(directory, data);
  const unreachable = [directory, binary].find((path) => !canReach(path, uid, gid));
  if (unreachable === undefined) {
    return {
      uid,
      gid,
      changed: true,
      spawn: (command, args, log) => spawn(command, args, { ...options(log), uid, gid }),
    };
  }
  // The one capability to walk through folders such as /root, instead of changing their permissions. Without the secure
  // bit access(2), by which initdb looks for its own folder, would not count it.
  const reach = [
    `--reuid=${uid}`,
    `--regid=${gid}`,
    '--clear-groups',
    '--securebits=+no_setuid_fixup',
    '--inh-caps=+dac_read_search',
    '--ambient-caps=+dac_read_search',
    '--',
  ];
  if (spawnSync('setpriv', [...reach, binary, '--version'], { env: environment }).status !== 0) {
    throw new ConfigError(
      `PostgreSQL cannot run as root, and user ${uid} cannot reach ${unreachable}: ` +
        'run the gateway as an ordinary user, move it (or set DATA_DIR) to a folder every user may enter, or set DATABASE_URL',
    );
  }
  return {
    uid,
    gid,
    changed: true,
    spawn: (command, args, log) => spawn('setpriv', [...reach, command, ...args], options(log)),
  };
}

function refuseForeignData(data: string): void {
  if (!existsSync(data)) return;
  const { uid } = statSync(data);
  if (uid === process.getuid?.()) return;
  throw new ConfigError(
    `${data} belongs to user ${uid}: run the gateway as that user or as root, or set another DATA_DIR`,
  );
}

function unprivileged(directory: string, data: string): { uid: number; gid: number } {
  if (existsSync(data)) {
    const { uid, gid } = statSync(data);
    if (uid !== 0) return { uid, gid };
    const replacement = namedUser();
    chownSync(data, replacement.uid, replacement.gid);
    return replacement;
  }
  const owner = statSync(directory);
  return owner.uid === 0 ? namedUser() : { uid: owner.uid, gid: owner.gid };
}

function namedUser(): { uid: number; gid: number } {
  for (const name of ['postgres', 'nobody']) {
    const [uid, gid] = ['-u', '-g'].map((flag) => {
      const { status, stdout } = spawnSync('id', [flag, name], { encoding: 'utf8' });
      return status === 0 ? Number(stdout) : undefined;
    });
    if (uid !== undefined && gid !== undefined) return { uid, gid };
  }
  throw new ConfigError(
    'PostgreSQL cannot run as root, and there is neither a user "postgres" nor "nobody": run as an ordinary user or set DATABASE_URL',
  );
}

/** Whether the folders above a path let this user pass, by their mode bits. */
function canReach(path: string, uid: number, gid: number): boolean {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const { mode, uid: owner, gid: group } = statSync(folder);
    const bit = owner === uid ? 0o100 : group === gid ? 0o010 : 0o001;
    if (!(mode & bit)) return false;
    if (folder === dirname(folder)) break;
  }
  try {
    accessSync(path, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}
