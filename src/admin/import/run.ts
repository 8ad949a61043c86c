import { resolve } from 'node:path';
import { NestFactory } from '@nestjs/core';
import { DataSource } from 'typeorm';
import { ConfigError } from '../../config/config-error.js';
import type { ConfigurationFile } from '../../config/configuration-file.js';
import type { FileChange } from '../../config/file-section.js';
import { loadConfig, loadEnvironment, type GatewayConfig } from '../../config/gateway-config.js';
import { withOpenDatabase } from '../../database/commands/with-open-database.js';
import { migrate } from '../../database/migrate.js';
import { ApplyConfigurationFile } from '../apply-configuration-file.js';
import { summaryOf } from '../summary-of.js';
import { ImportModule } from './import.module.js';

/** Writes a configuration file into the database once, as if through the API; resolves with the exit code. */
export async function run([path, ...rest]: readonly string[]): Promise<number> {
  if (path === undefined || rest.length) {
    process.stderr.write('usage:\n  npm run config:import -- config.yaml\n');
    return 64;
  }
  try {
    const config = loadConfig({ ...process.env, CONFIG_PATH: path }, process.cwd());
    const file = config.file!;
    await withOpenDatabase(config.environment, async ({ dataSource, url, address }) => {
      await migrate(dataSource);
      const { changes, sections } = await write(config, file, url);
      print(`imported ${config.source.path} into the database ${address}`);
      report(changes, leftOut(file, sections));
    });
    if (isReadAtStart(config)) print(READ_AT_START);
    return 0;
  } catch (error) {
    process.stderr.write(
      `config:import failed, nothing was changed:\n${(error as Error).message}\n`,
    );
    return error instanceof ConfigError ? error.exitCode : 1;
  }
}

async function write(
  config: GatewayConfig,
  file: ConfigurationFile,
  url: string,
): Promise<{ changes: FileChange[]; sections: string[] }> {
  const app = await NestFactory.createApplicationContext(ImportModule.forRoot(config, url), {
    logger: false,
    abortOnError: false,
  });
  try {
    await app.get(DataSource).initialize();
    const importer = app.get(ApplyConfigurationFile);
    return { changes: await importer.apply(file, 'imported'), sections: importer.sectionNames };
  } finally {
    await app.close();
  }
}

function report(changes: readonly FileChange[], left: readonly string[]): void {
  for (const { verb, section, name } of changes) print(`${verb.padEnd(9)}  ${section}  ${name}`);
  print(summaryOf(changes));
  if (left.length) print(`left out, because the database does not keep it: ${left.join(', ')}`);
}

/** What the file says beyond what was imported. */
function leftOut(file: ConfigurationFile, imported: readonly string[]): string[] {
  const said = Object.entries(file).filter(([, value]) => saysSomething(value));
  return said.map(([key]) => key).filter((key) => !imported.includes(key));
}

function saysSomething(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return value !== undefined;
  return Object.values(value).some(saysSomething);
}

function isReadAtStart({ source }: GatewayConfig): boolean {
  const { CONFIG_PATH: usual = 'config.yaml' } = loadEnvironment(process.env, process.cwd());
  return resolve(usual) === source.path;
}

const READ_AT_START =
  'The gateway reads this file at its start as well, and then manages what it declares: move it away to edit what was imported.';

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
