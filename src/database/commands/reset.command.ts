import { createInterface } from 'node:readline/promises';
import { migrate } from '../migrate.js';
import type { CommandContext, DatabaseCommand } from './database-command.js';
import { withOpenDatabase } from './with-open-database.js';

/** Drops everything and builds the schema anew; the next start of the gateway seeds it. */
export const resetCommand: DatabaseCommand = {
  name: 'reset',
  usage: ' -- --yes',
  run: (words, context) =>
    withOpenDatabase(
      context.environment,
      async ({ dataSource, address }) => {
        const confirmed = words.includes('--yes') || (await asks(address, context));
        if (!confirmed) return 1;
        await dataSource.query('DROP SCHEMA public CASCADE');
        await dataSource.query('CREATE SCHEMA public');
        // As initdb leaves it (PostgreSQL 15 and later): others may look things up, only the owner may create.
        await dataSource.query('GRANT USAGE ON SCHEMA public TO PUBLIC');
        const applied = await migrate(dataSource);
        context.print(`emptied ${address}, applied ${applied.length} migrations`);
        return 0;
      },
      { exclusive: true },
    ),
};

async function asks(address: string, { environment, print }: CommandContext): Promise<boolean> {
  const production = environment.NODE_ENV === 'production';
  if (production || !process.stdin.isTTY) {
    const where = production ? 'in production' : 'without a terminal';
    print(`this deletes everything in ${address}; ${where} it needs: npm run db:reset -- --yes`);
    return false;
  }
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await terminal.question(`Delete everything in ${address}? Type yes: `);
  terminal.close();
  if (answer.trim() === 'yes') return true;
  print('nothing was changed');
  return false;
}
