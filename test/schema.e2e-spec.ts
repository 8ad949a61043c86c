import { DataSource } from 'typeorm';
import { glob } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { createDatabase, type TestDatabase } from './support/database.js';

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
      migrations: await classesOf('dist/migrations/*.js'),
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

type Class = new () => object;

/** TypeORM's own globs import outside of Jest's module registry, where decorators would register with another TypeORM. */
async function classesOf(pattern: string): Promise<Class[]> {
  const classes: Class[] = [];
  for await (const file of glob(pattern)) {
    const exported = (await import(pathToFileURL(file).href)) as Record<string, unknown>;
    classes.push(
      ...(Object.values(exported).filter((value) => typeof value === 'function') as Class[]),
    );
  }
  return classes;
}
