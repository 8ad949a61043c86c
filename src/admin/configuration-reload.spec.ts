import { pipe } from '../../test/support/pipe.js';
import { Channel } from '../common/channel.js';
import { ASK_PEERS, Peers } from '../common/peers.js';
import { ConfigError } from '../config/config-error.js';
import type { GatewayConfig } from '../config/gateway-config.js';
import type { ApplyConfigurationFile } from './apply-configuration-file.js';
import type { ConfigurationLog } from './configuration-log.js';
import { ConfigurationReload, InvalidConfigurationError } from './configuration-reload.js';

describe('ConfigurationReload', () => {
  it('serves by the file once it has been applied', async () => {
    const { reload, log } = setUp();
    await reload.reload();
    expect(log).toEqual(['read', 'apply', 'take over']);
    expect(reload.filePath).toBe('config.yaml');
    expect(reload.isSettled('v1')).toBe(true);
  });

  it('has the other workers follow before it is done, and asks nobody when one of them follows', async () => {
    const [near, far] = pipe();
    const peers = new Peers({ worker: 1, others: [2], channel: new Channel(near) });
    const { reload, log } = setUp({}, peers);
    const primary = new Channel(far);
    const asked: string[] = [];
    primary.on(ASK_PEERS, ({ topic }) => {
      asked.push(topic);
      return [];
    });
    await reload.reload();
    expect(asked).toEqual(['configuration file']);
    await primary.ask({ name: asked[0]! }, undefined);
    expect(log).toEqual(['read', 'apply', 'take over', 'read', 'apply', 'take over']);
    expect(asked).toHaveLength(1);
  });

  it('answers 422 to a wrong file, tells of it and has nothing left to do about it', async () => {
    const { reload, failures, log } = setUp({
      read: () => {
        throw new ConfigError('config.yaml:7: wrong');
      },
    });
    await expect(reload.reload()).rejects.toMatchObject({
      status: 422,
      message: 'config.yaml:7: wrong',
    });
    expect(log).toEqual([]);
    expect(failures).toEqual(['config.yaml:7: wrong']);
    expect(reload.isSettled('v1')).toBe(true);
  });

  it('has something left to do when the database is away', async () => {
    let away = true;
    const { reload, failures } = setUp({
      apply: () => (away ? Promise.reject(new Error('away')) : Promise.resolve([])),
    });
    await expect(reload.reload()).rejects.not.toBeInstanceOf(InvalidConfigurationError);
    expect(failures).toEqual(['away']);
    expect(reload.isSettled('v1')).toBe(false);
    away = false;
    await reload.reload();
    expect(reload.isSettled('v1')).toBe(true);
  });

  it('takes one after the other', async () => {
    let running = 0;
    let most = 0;
    const { reload } = setUp({
      apply: async () => {
        most = Math.max(most, ++running);
        await Promise.resolve();
        running--;
        return [];
      },
    });
    await Promise.all([reload.reload(), reload.reload(), reload.reload()]);
    expect(most).toBe(1);
  });

  it('changes nothing where there is no file', async () => {
    const { reload, log } = setUp({ read: () => null });
    await reload.reload();
    expect(log).toEqual([]);
    expect(reload.filePath).toBeNull();
  });
});

interface Fakes {
  read?: () => object | null;
  apply?: () => Promise<never[]>;
}

function setUp(
  { read = () => ({}), apply = () => Promise.resolve([]) }: Fakes = {},
  peers = new Peers(),
) {
  const log: string[] = [];
  const source = {
    path: 'config.yaml',
    lastRead: 'v1',
    read: () => {
      const file = read();
      if (file) log.push('read');
      return file;
    },
  };
  const config = { file: null, source, needingRestart: () => [] } as unknown as GatewayConfig;
  const file = {
    apply: () => {
      log.push('apply');
      return apply();
    },
  } as unknown as ApplyConfigurationFile;
  const changes = {
    takeOver: () => {
      log.push('take over');
      return Promise.resolve();
    },
  };
  const failures: string[] = [];
  const told = {
    takenOver: () => undefined,
    failed: (reason: string) => failures.push(reason),
  } as unknown as ConfigurationLog;
  const reload = new ConfigurationReload(config, file, changes, peers, told);
  return { reload, failures, log };
}
