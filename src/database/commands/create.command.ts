import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseCommand } from './database-command.js';

/** Makes the file of a new migration, to be filled in by hand. */
export const createCommand: DatabaseCommand = {
  name: 'create',
  usage: ' -- NAME',
  run: (words, { print }) => {
    const name = words.join('-').replaceAll(/([a-z\d])([A-Z])/g, '$1-$2');
    const parts = name
      .toLowerCase()
      .split(/[^a-z\d]+/)
      .filter(Boolean);
    if (!parts.length || /^\d/.test(parts[0]!)) {
      print('a name is needed, such as: npm run db:create -- add-tags-to-api-keys');
      return Promise.resolve(64);
    }
    const timestamp = Date.now();
    const folder = join(process.cwd(), 'migrations');
    const path = join(folder, `${timestamp}-${parts.join('-')}.ts`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(path, template(parts, timestamp), { flag: 'wx' });
    print(`created ${path}`);
    return Promise.resolve(0);
  },
};

/** Its statements fail until somebody replaces them, so that an unfinished migration is never recorded as done. */
function template(parts: readonly string[], timestamp: number): string {
  const name = parts.map((part) => part[0]!.toUpperCase() + part.slice(1)).join('');
  return `import type { MigrationInterface, QueryRunner } from 'typeorm';

export class ${name}${timestamp} implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(\`
      ALTER TABLE a_table ADD COLUMN a_column text
    \`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE a_table DROP COLUMN a_column');
  }
}
`;
}
