import type { DataSource } from 'typeorm';
import { Logger } from '../common/logger.js';
import { ConfigError } from '../config/config-error.js';
import { DatabaseService } from './database.service.js';

function setUp() {
  const dataSource = {
    isInitialized: true,
    migrations: [],
    query: () => Promise.resolve([{ table: null }]),
  } as unknown as DataSource;
  const warnings: unknown[] = [];
  const logger = Object.assign(Logger.silent(), { warn: (text: unknown) => warnings.push(text) });
  return { service: new DatabaseService(dataSource, logger), warnings };
}

describe('DatabaseService', () => {
  it('runs the steps in order and is ready then', async () => {
    const { service } = setUp();
    const done: string[] = [];
    const step = (name: string) => ({ name, run: async () => void done.push(name) });
    await service.start([step('first'), step('second')]);
    expect(done).toEqual(['first', 'second']);
    expect(service.state).toBe('ready');
  });

  it('tries again what fails, and says what that is', async () => {
    const { service, warnings } = setUp();
    const failures = [new Error('away')];
    const run = async (): Promise<void> => {
      const failure = failures.pop();
      if (failure) throw failure;
    };
    await service.start([{ name: 'load the catalog', run }]);
    expect(warnings).toEqual(['could not load the catalog, trying again']);
    expect(service.state).toBe('ready');
  });

  it('gives up where trying again changes nothing', async () => {
    const { service } = setUp();
    const run = () => Promise.reject(new ConfigError('wrong'));
    await expect(service.start([{ name: 'apply', run }])).rejects.toThrow('wrong');
    expect(service.state).toBe('connecting');
  });
});
