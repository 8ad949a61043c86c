import { DataSource } from 'typeorm';
import { loadConfig } from './src/config/gateway-config.js';
import { postgresOptions } from './src/database/postgres-options.js';

const { databaseUrl, environment } = loadConfig(process.env, process.cwd());

/** For the TypeORM CLI and the db: commands. The application builds its own in DatabaseModule. */
export default new DataSource({
  ...postgresOptions(databaseUrl ?? '', {
    connectMs: environment.DATABASE_CONNECT_TIMEOUT_MS,
    queryMs: environment.DATABASE_REPORT_TIMEOUT_MS,
    poolSize: 2,
  }),
  entities: [`${import.meta.dirname}/src/**/*.entity.{ts,js}`],
});
