import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError } from './config-error.js';
import type { Environment } from './environment.js';

export interface Secrets {
  readonly jwt: string;
  /** Encrypts new credentials. */
  readonly encryption: string;
  /** Read only, newest first: what earlier credentials may be encrypted with. */
  readonly encryptionOld: readonly string[];
  readonly apiKeyPepper: string;
}

const NAMES = ['JWT_SECRET', 'ENCRYPTION_KEY', 'API_KEY_PEPPER'] as const;
type SecretName = (typeof NAMES)[number];
/** May be absent, but is a secret as well. */
const ADMIN_KEY = 'ADMIN_KEY';

/** Words of samples and tutorials; a secret that contains one is no secret. */
const SAMPLE =
  /change[-_ ]?(me|this|in)|example|sample|placeholder|your[-_ ]|default|secret[-_ ]?key|0123456789|(.)\2{7}/i;

/**
 * Production takes every secret from the environment and refuses weak ones. Elsewhere a missing one is made once and kept
 * in `DATA_DIR/secrets.json`, readable by this user only.
 */
export function resolveSecrets(environment: Environment): Secrets {
  const given = Object.fromEntries(NAMES.map((name) => [name, environment[name]])) as Partial<
    Record<SecretName, string>
  >;
  if (environment.NODE_ENV === 'production') refuseWeak(given, environment);
  const all = NAMES.every((name) => given[name])
    ? given
    : { ...made(environment), ...defined(given) };
  refuseShared({ ...all, ADMIN_KEY: environment.ADMIN_KEY });
  return {
    jwt: all.JWT_SECRET!,
    encryption: all.ENCRYPTION_KEY!,
    encryptionOld: environment.ENCRYPTION_KEYS_OLD ?? [],
    apiKeyPepper: all.API_KEY_PEPPER!,
  };
}

function refuseWeak(
  given: Partial<Record<SecretName, string>>,
  { ADMIN_KEY: adminKey = '' }: Environment,
): void {
  const missing = NAMES.filter((name) => !given[name]);
  if (missing.length) {
    throw new ConfigError(`${missing.join(', ')}: required in production (at least 32 characters)`);
  }
  const weak = [
    ...NAMES.filter((name) => SAMPLE.test(given[name]!)),
    ...(SAMPLE.test(adminKey) ? [ADMIN_KEY] : []),
  ];
  if (weak.length) {
    throw new ConfigError(
      `${weak.join(', ')}: looks like a sample value; make one with "openssl rand -base64 48"`,
    );
  }
}

function refuseShared(all: Readonly<Record<string, string | undefined>>): void {
  const names = Object.keys(all).filter((name) => all[name] !== undefined);
  for (const [index, name] of names.entries()) {
    const twin = names.slice(index + 1).find((other) => all[other] === all[name]);
    if (twin) throw new ConfigError(`${name} and ${twin} must be different`);
  }
}

function made({ DATA_DIR }: Environment): Record<SecretName, string> {
  const path = join(DATA_DIR, 'secrets.json');
  const kept = read(path);
  if (kept && NAMES.every((name) => kept[name])) return kept as Record<SecretName, string>;
  const secrets = Object.fromEntries(
    NAMES.map((name) => [name, kept?.[name] ?? randomBytes(48).toString('base64url')]),
  ) as Record<SecretName, string>;
  try {
    mkdirSync(DATA_DIR, { recursive: true });
    return keep(path, secrets, kept === undefined);
  } catch (cause) {
    const { code } = cause as { code?: string };
    throw new ConfigError(`DATA_DIR ${DATA_DIR} cannot be written (${code}): choose another`, {
      cause,
    });
  }
}

/** Whole or not at all; of two processes that start at the same time, the first one's secrets count for both. */
function keep(
  path: string,
  secrets: Record<SecretName, string>,
  first: boolean,
): Record<SecretName, string> {
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600 });
  try {
    if (first) linkSync(draft, path);
    else renameSync(draft, path);
    return secrets;
  } catch (error) {
    if ((error as { code?: string }).code !== 'EEXIST') throw error;
    return read(path) as Record<SecretName, string>;
  } finally {
    rmSync(draft, { force: true });
  }
}

function read(path: string): Partial<Record<SecretName, string>> | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Partial<Record<SecretName, string>>;
  } catch (cause) {
    const { code } = cause as { code?: string };
    if (code === 'ENOENT') return undefined;
    const reason = code
      ? `cannot be read (${code}): run as its owner, or set another DATA_DIR`
      : 'is not JSON: restore it, or every stored credential is lost';
    throw new ConfigError(`${path}: ${reason}`, { cause });
  }
}

function defined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as T;
}
