import type { Environment } from '../../config/environment.js';

/** One of the `npm run db:…` commands. */
export interface DatabaseCommand {
  readonly name: string;
  /** What follows the name on the command line, for the help. */
  readonly usage: string;
  /** Resolves with the exit code. */
  run(commandArguments: readonly string[], context: CommandContext): Promise<number>;
}

export interface CommandContext {
  readonly environment: Environment;
  readonly print: (line: string) => void;
}
