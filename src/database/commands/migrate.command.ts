import { migrate } from '../migrate.js';
import type { DatabaseCommand } from './database-command.js';
import { withOpenDatabase } from './with-open-database.js';

export const migrateCommand: DatabaseCommand = {
  name: 'migrate',
  usage: '',
  run: (_, { environment, print }) =>
    withOpenDatabase(environment, async ({ dataSource }) => {
      const applied = await migrate(dataSource);
      for (const { name } of applied) print(`applied ${name}`);
      if (!applied.length) print('nothing to do: every migration has run');
      return 0;
    }),
};
