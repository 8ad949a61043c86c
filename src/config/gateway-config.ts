import { existsSync, readFileSync } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';
import { parse as parseDotenv } from 'dotenv';
import { ConfigError } from './config-error.js';
import { readConfigurationFile, type ConfigurationFile } from './configuration-file.js';
import { environmentSchema, misspelt, VARIABLE_NAMES, type Environment } from './environment.js';
import { resolveSecrets, type Secrets } from './secrets.js';

/** Every setting, validated once and frozen. The only reader of the environment and of the configuration file. */
export class GatewayConfig {
  readonly environment: Readonly<Environment>;
  readonly production: boolean;
  readonly host: string;
  readonly port: number;
  readonly dataDir: string;
  /** Null means the embedded PostgreSQL in `dataDir`. */
  readonly databaseUrl: string | null;
  readonly secrets: Readonly<Secrets>;
  readonly verifySsl: boolean;
  readonly logFormat: 'pretty' | 'json';
  /** `host:port`, addresses and CIDR ranges that accounts may point at though they are private. */
  readonly allowPrivate: readonly string[];
  readonly filePath: string | null;
  readonly file: Readonly<ConfigurationFile> | null;

  constructor(environment: Environment, file: ConfigurationFile | null, filePath: string | null) {
    this.environment = Object.freeze(environment);
    this.production = environment.NODE_ENV === 'production';
    this.host =
      environment.HOST ?? file?.server.host ?? (this.production ? '0.0.0.0' : '127.0.0.1');
    this.port = environment.PORT ?? file?.server.port ?? 8080;
    this.dataDir = environment.DATA_DIR;
    this.databaseUrl = environment.DATABASE_URL ?? environment.DB_URL ?? null;
    this.secrets = Object.freeze(resolveSecrets(environment));
    this.verifySsl = environment.VERIFY_SSL ?? file?.verify_ssl ?? true;
    this.logFormat = environment.LOG_FORMAT ?? (process.stdout.isTTY ? 'pretty' : 'json');
    this.allowPrivate =
      environment.UPSTREAM_ALLOW_PRIVATE ?? (this.production ? [] : DEVELOPMENT_RANGES);
    this.filePath = filePath;
    this.file = file;
    Object.freeze(this);
  }
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
  const variables = readVariables(processEnvironment, directory);
  const environment = parseEnvironment(variables, directory);
  const filePath = findFile(environment.CONFIG_PATH, directory);
  const file = filePath === null ? null : readConfigurationFile(filePath, variables);
  return new GatewayConfig(environment, file, filePath);
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

function findFile(path: string | undefined, directory: string): string | null {
  if (path !== undefined) return isAbsolute(path) ? path : join(directory, path);
  const usual = join(directory, 'config.yaml');
  return existsSync(usual) ? usual : null;
}
