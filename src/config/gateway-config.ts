import { existsSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { parse as parseDotenv } from 'dotenv';
import { ConfigError } from './config-error.js';
import type { ConfigurationFile } from './configuration-file.js';
import { ConfigurationSource } from './configuration-source.js';
import { environmentSchema, misspelt, VARIABLE_NAMES, type Environment } from './environment.js';
import { resolveSecrets, type Secrets } from './secrets.js';

/** Every setting, validated once and frozen. The only reader of the environment and of the configuration file. */
export class GatewayConfig {
  readonly environment: Readonly<Environment>;
  readonly production: boolean;
  readonly host: string;
  readonly port: number;
  /** Processes that serve; 1: this one alone. */
  readonly workers: number;
  readonly dataDir: string;
  /** Null means the embedded PostgreSQL in `dataDir`. */
  readonly databaseUrl: string | null;
  readonly secrets: Readonly<Secrets>;
  readonly verifySsl: boolean;
  readonly logFormat: 'pretty' | 'json';
  /** `host:port`, addresses and CIDR ranges that accounts may point at though they are private. */
  readonly allowPrivate: readonly string[];
  /** What the configuration file said at the start; later it is read from its source again. */
  readonly file: ConfigurationFile | null;
  readonly source: ConfigurationSource;

  /** Throws ConfigError. */
  constructor(environment: Environment, source: ConfigurationSource) {
    const file = source.read();
    const { host, port, verifySsl } = fixedSettings(environment, file);
    this.environment = Object.freeze(environment);
    this.production = environment.NODE_ENV === 'production';
    this.host = host;
    this.port = port;
    this.workers = environment.WORKERS === 'auto' ? availableParallelism() : environment.WORKERS;
    this.dataDir = environment.DATA_DIR;
    this.databaseUrl = environment.DATABASE_URL ?? environment.DB_URL ?? null;
    this.secrets = Object.freeze(resolveSecrets(environment));
    this.verifySsl = verifySsl;
    this.logFormat = environment.LOG_FORMAT ?? (process.stdout.isTTY ? 'pretty' : 'json');
    this.allowPrivate =
      environment.UPSTREAM_ALLOW_PRIVATE ?? (this.production ? [] : DEVELOPMENT_RANGES);
    this.file = file;
    this.source = source;
    Object.freeze(this);
  }

  /** Settings that another version of the file has changed, but that only a start takes over. */
  needingRestart(file: ConfigurationFile): string[] {
    const next = fixedSettings(this.environment, file);
    return [
      ...(next.host === this.host ? [] : ['server.host']),
      ...(next.port === this.port ? [] : ['server.port']),
      ...(next.verifySsl === this.verifySsl ? [] : ['verify_ssl']),
    ];
  }
}

/** What the file may say and nothing changes while the process runs. */
function fixedSettings(environment: Environment, file: ConfigurationFile | null) {
  const usualHost = environment.NODE_ENV === 'production' ? '0.0.0.0' : '127.0.0.1';
  return {
    host: environment.HOST ?? file?.server.host ?? usualHost,
    port: environment.PORT ?? file?.server.port ?? 8080,
    verifySsl: environment.VERIFY_SSL ?? file?.verify_ssl ?? true,
  };
}

/** Loopback and the private ranges of RFC 1918 and RFC 4193: a developer's own model servers. */
const DEVELOPMENT_RANGES = [
  '127.0.0.0/8',
  '::1/128',
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  'fc00::/7',
];

/**
 * Reads the environment over `.env` over the configuration file. Throws ConfigError that names each fault.
 * @param directory where `.env`, `config.yaml` and relative paths are looked for
 */
export function loadConfig(
  processEnvironment: Readonly<Record<string, string | undefined>>,
  directory: string,
): GatewayConfig {
  const readAgain = () => readVariables(processEnvironment, directory);
  const environment = parseEnvironment(readAgain(), directory);
  const named = environment.CONFIG_PATH;
  const path = resolve(directory, named ?? 'config.yaml');
  const source = new ConfigurationSource({ path, mustExist: named !== undefined, readAgain });
  return new GatewayConfig(environment, source);
}

/** The environment over `.env` alone, for commands that need neither the configuration file nor a secret. */
export function loadEnvironment(
  processEnvironment: Readonly<Record<string, string | undefined>>,
  directory: string,
): Environment {
  return parseEnvironment(readVariables(processEnvironment, directory), directory);
}

function readVariables(
  processEnvironment: Readonly<Record<string, string | undefined>>,
  directory: string,
): Record<string, string | undefined> {
  return { ...readDotenv(join(directory, '.env')), ...processEnvironment };
}

function readDotenv(path: string): Record<string, string> {
  return existsSync(path) ? parseDotenv(readFileSync(path)) : {};
}

function parseEnvironment(
  variables: Readonly<Record<string, string | undefined>>,
  directory: string,
): Environment {
  const problems: string[] = [];
  for (const name of Object.keys(variables)) {
    const meant = misspelt(name);
    // A variable of the right name beside it shows that the other one belongs to somebody else.
    if (meant && variables[meant] === undefined) {
      problems.push(`${name}: unknown variable, did you mean ${meant}?`);
    }
  }
  const known = Object.fromEntries(
    VARIABLE_NAMES.filter((name) => variables[name] !== undefined && variables[name] !== '').map(
      (name) => [name, variables[name]],
    ),
  );
  const result = environmentSchema.safeParse(known);
  if (!result.success) {
    problems.push(
      ...result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`),
    );
  }
  if (problems.length) throw new ConfigError(problems.join('\n'));
  const environment = result.data!;
  return { ...environment, DATA_DIR: resolve(directory, environment.DATA_DIR) };
}
