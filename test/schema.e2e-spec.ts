import { DataSource } from 'typeorm';
import { createDatabase, type TestDatabase } from './support/database.js';
import { classesOf, migrationClasses } from './support/migration-classes.js';

describe('the schema', () => {
  let database: TestDatabase;
  let dataSource: DataSource;

  beforeAll(async () => {
    database = await createDatabase();
    dataSource = new DataSource({
      type: 'postgres',
      url: database.url,
      uuidExtension: 'pgcrypto',
      installExtensions: false,
      entities: await classesOf('dist/src/**/*.entity.js'),
      migrations: await migrationClasses(),
      migrationsTableName: 'migrations',
    });
    await dataSource.initialize();
  });

  afterAll(async () => {
    await dataSource.destroy();
    await database.drop();
  });

  it('goes up, down to nothing and up again', async () => {
    const applied = await dataSource.runMigrations({ transaction: 'each' });
    for (const _ of applied) await dataSource.undoLastMigration({ transaction: 'each' });
    expect(await tables()).toEqual(['migrations']);
    await dataSource.runMigrations({ transaction: 'each' });
    expect((await tables()).length).toBeGreaterThan(1);
  });

  it('is what the entities say', async () => {
    expect(dataSource.entityMetadatas).not.toEqual([]);
    const { upQueries } = await dataSource.driver.createSchemaBuilder().log();
    expect(upQueries.map(({ query }) => query)).toEqual([]);
  });

  async function tables(): Promise<string[]> {
    const rows = await database.query<{ name: string }>(
      `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public'`,
    );
    return rows.map(({ name }) => name);
  }
});
