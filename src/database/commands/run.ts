import { ConfigError } from '../../config/config-error.js';
import { loadEnvironment } from '../../config/gateway-config.js';
import { DATABASE_COMMANDS } from './index.js';

/** Runs the command named first and resolves with the exit code; `scripts/database.mjs` is its only caller. */
export async function run(name: string | undefined, rest: readonly string[]): Promise<number> {
  const command = DATABASE_COMMANDS.find((one) => one.name === name);
  if (!command) {
    const known = DATABASE_COMMANDS.map((one) => `  npm run db:${one.name}${one.usage}`);
    process.stderr.write(`usage:\n${known.join('\n')}\n`);
    return 64;
  }
  try {
    return await command.run(rest, {
      environment: loadEnvironment(process.env, process.cwd()),
      print: (line) => void process.stdout.write(`${line}\n`),
    });
  } catch (error) {
    process.stderr.write(`db:${command.name} failed: ${(error as Error).message}\n`);
    return error instanceof ConfigError ? error.exitCode : 1;
  }
}
