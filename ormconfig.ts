import { DataSource } from 'typeorm';
import { loadEnvironment } from './src/config/gateway-config.js';
import { postgresOptions } from './src/database/postgres-options.js';

const environment = loadEnvironment(process.env, process.cwd());

/** For the TypeORM CLI. The application builds its own in DatabaseModule. */
export default new DataSource({
  ...postgresOptions(environment.DATABASE_URL ?? environment.DB_URL ?? '', {
    connectMs: environment.DATABASE_CONNECT_TIMEOUT_MS,
    queryMs: environment.DATABASE_REPORT_TIMEOUT_MS,
    poolSize: 2,
  }),
  entities: [`${import.meta.dirname}/src/**/*.entity.{ts,js}`],
});
