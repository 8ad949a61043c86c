import { Logger } from '../common/logger.js';
import { InvalidConfigurationError } from './configuration-reload.js';
import { ConfigurationWatch, type Watched } from './configuration-watch.js';

describe('ConfigurationWatch', () => {
  it('does nothing while the file stays as it was read', async () => {
    const file = new FakeFile();
    await file.look(3);
    expect(file.reloads).toEqual([]);
  });

  it('takes a change over once two looks have found it', async () => {
    const file = new FakeFile();
    await file.look();
    file.content = 'b';
    await file.look();
    expect(file.reloads).toEqual([]);
    await file.look(3);
    expect(file.reloads).toEqual(['b']);
  });

  it('waits until nobody writes any more', async () => {
    const file = new FakeFile();
    for (const content of ['b', 'bc', 'bcd']) {
      file.content = content;
      await file.look();
    }
    expect(file.reloads).toEqual([]);
    await file.look();
    expect(file.reloads).toEqual(['bcd']);
  });

  it('lets a change pass that was undone before the second look', async () => {
    const file = new FakeFile();
    file.content = 'b';
    await file.look();
    file.content = 'a';
    await file.look(3);
    expect(file.reloads).toEqual([]);
  });

  it('refuses a wrong file once and takes the next one', async () => {
    const file = new FakeFile();
    file.content = 'wrong';
    await file.look(4);
    expect(file.reloads).toEqual(['wrong']);
    file.content = 'right';
    await file.look(2);
    expect(file.reloads).toEqual(['wrong', 'right']);
  });

  it('tries again as long as the database is away', async () => {
    const file = new FakeFile();
    file.databaseIsAway = true;
    file.content = 'b';
    await file.look(4);
    file.databaseIsAway = false;
    await file.look(3);
    expect(file.reloads).toEqual(['b', 'b', 'b', 'b']);
  });

  it('does not look before there is a database', async () => {
    const file = new FakeFile();
    file.ready = false;
    file.content = 'b';
    await file.look(3);
    expect(file.reloads).toEqual([]);
    file.ready = true;
    await file.look(2);
    expect(file.reloads).toEqual(['b']);
  });
});

/** A file whose versions are its contents, read as `a` at the start. */
class FakeFile implements Watched {
  content = 'a';
  ready = true;
  databaseIsAway = false;
  readonly reloads: string[] = [];
  private settled = 'a';
  private readonly watch = new ConfigurationWatch(this, 1_000, Logger.silent());

  async look(times = 1): Promise<void> {
    for (let count = 0; count < times; count++) await this.watch.look();
  }

  isReady(): boolean {
    return this.ready;
  }

  version(): Promise<string> {
    return Promise.resolve(this.content);
  }

  isSettled(version: string): boolean {
    return version === this.settled;
  }

  reload(): Promise<void> {
    this.reloads.push(this.content);
    if (this.databaseIsAway) return Promise.reject(new Error('the database is away'));
    this.settled = this.content;
    return this.content === 'wrong'
      ? Promise.reject(new InvalidConfigurationError('config.yaml:1: wrong'))
      : Promise.resolve();
  }
}
