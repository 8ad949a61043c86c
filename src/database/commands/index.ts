import { checkCommand } from './check.command.js';
import { createCommand } from './create.command.js';
import type { DatabaseCommand } from './database-command.js';
import { migrateCommand } from './migrate.command.js';
import { resetCommand } from './reset.command.js';

/** The only list of database commands. */
export const DATABASE_COMMANDS: readonly DatabaseCommand[] = [
  checkCommand,
  migrateCommand,
  createCommand,
  resetCommand,
];
