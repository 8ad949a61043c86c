import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createDatabase, type TestDatabase } from './support/database.js';
import { Gateway } from './support/gateway.js';
import { Load } from './support/load.js';
import { HELLO_ANSWER, json, Upstream } from './support/upstream.js';
import { loadId } from './support/steady-load.js';
import {
  chatAfresh,
  startWorkers,
  untilBothServe,
  untilWorkers,
  workersOf,
  type WorkerStatus,
} from './support/worker-gateway.js';

const KEY = 'a-master-key-for-the-workers';
const CLIENTS = 4;

describe('workers that come and go', () => {
  let database: TestDatabase;
  let dataDir: string;
  let upstream: Upstream;
  let gateway: Gateway;
  let load: Load;

  beforeAll(async () => {
    database = await createDatabase();
    dataDir = await mkdtemp(join(tmpdir(), 'workers-'));
    upstream = await Upstream.start();
    upstream
      .on('hang', () => {})
      .otherwise(async (response) => {
        // So that the calls are many and leave the workers that start a processor.
        await sleep(25);
        json(response, 200, HELLO_ANSWER);
      });
    gateway = await startWorkers({
      database,
      dataDir,
      config: `
        providers:
          - { name: one, type: openai, api_base: "${upstream.url}", api_key: k, models: [m, hang] }
        master_keys:
          - { name: all, key: "${KEY}", rate_limit: { requests_per_second: 100000, burst_size: 100000 } }
      `,
    });
    load = new Load(gateway.url, KEY);
  });

  afterAll(async () => {
    await load?.close();
    await gateway?.stop();
    await upstream?.stop();
    await database?.drop();
    await rm(dataDir, { recursive: true, force: true });
  });

  /** Clients that call without a pause until told to stop; each call with an id of its own. */
  function callOnAndOn(name: string): { stop(): Promise<Map<string, number | null>> } {
    const statuses = new Map<string, number | null>();
    let isOver = false;
    const client = async (number: number): Promise<void> => {
      for (let call = 0; !isOver; call++) {
        const id = `${name}-${number}-${call}`;
        const reply = await load.call('m', { user: id }).catch(() => null);
        statuses.set(id, reply?.status ?? null);
      }
    };
    const clients = Array.from({ length: CLIENTS }, (_, number) => client(number));
    const stop = async (): Promise<Map<string, number | null>> => {
      isOver = true;
      await Promise.all(clients);
      return statuses;
    };
    return { stop };
  }

  /** Ids of the records that are in the database once nothing waits any more. */
  async function recorded(name: string): Promise<string[]> {
    await untilWorkers(gateway, (workers) => workers.every((one) => one.ledger_backlog === 0));
    const rows = await database.query<{ session: string }>(
      `SELECT session FROM usage_records WHERE session LIKE '${name}-%'`,
    );
    return rows.map(({ session }) => session).sort();
  }

  const received = (name: string): string[] =>
    upstream
      .callsFor('m')
      .map(({ body }) => loadId(body))
      .filter((id) => id.startsWith(`${name}-`))
      .sort();

  it('are replaced one by one without a call lost', async () => {
    const before = await workersOf(gateway);
    const calls = callOnAndOn('rolling');
    await sleep(300);
    gateway.signal('SIGUSR2');
    while (!gateway.logs.includes('all workers are replaced')) await sleep(50);
    await sleep(300);
    const statuses = await calls.stop();
    await untilBothServe(gateway);
    const after = await workersOf(gateway);
    expect(after.filter(({ pid }) => before.some((old) => old.pid === pid))).toEqual([]);
    expect([...statuses].filter(([, status]) => status !== 200)).toEqual([]);
    expect(statuses.size).toBeGreaterThan(200);
    expect(await recorded('rolling')).toEqual([...statuses.keys()].sort());
  });

  it('take only their own calls along when they are killed', async () => {
    const calls = callOnAndOn('kill');
    await sleep(300);
    const [victim] = await workersOf(gateway);
    process.kill(victim!.pid, 'SIGKILL');
    await untilWorkers(
      gateway,
      (workers) => workers.some(({ pid }) => pid === victim!.pid) === false,
    );
    await untilBothServe(gateway);
    await sleep(300);
    const statuses = await calls.stop();
    const failed = [...statuses].filter(([, status]) => status !== 200);
    // Each client has one call under way, and the dead worker had no more than all of them.
    expect(failed.length).toBeLessThanOrEqual(CLIENTS);
    expect(failed.filter(([, status]) => status !== null)).toEqual([]);
    const records = await recorded('kill');
    expect(new Set(records).size).toBe(records.length);
    expect(received('kill').filter((id) => !records.includes(id))).toEqual([]);
    expect(await load.call('m')).toMatchObject({ status: 200 });
  });

  it('leave their records to the others when they are killed over their last calls', async () => {
    const before = await workersOf(gateway);
    // One on each worker, without an end.
    const hanging = ['hang-0', 'hang-1'].map((user) =>
      chatAfresh(gateway, KEY, { model: 'hang', user }).catch(() => null),
    );
    while (upstream.callsFor('hang').length < 2) await sleep(10);
    gateway.signal('SIGUSR2');
    for (let replaced = 0; replaced < 2;) {
      await untilWorkers(gateway, (workers) => workers.some(isClosing));
      const old = (await workersOf(gateway)).find(isClosing);
      if (!old) continue;
      process.kill(old.pid, 'SIGKILL');
      replaced++;
    }
    await Promise.all(hanging);
    await untilBothServe(gateway);
    const after = await workersOf(gateway);
    expect(after.filter(({ pid }) => before.some((old) => old.pid === pid))).toEqual([]);
    while ((await recorded('hang')).length < 2) await sleep(50);
    expect(await recorded('hang')).toEqual(['hang-0', 'hang-1']);
  });

  it('end with the gateway, and leave nothing behind', async () => {
    const pids = (await workersOf(gateway)).map(({ pid }) => pid);
    await load.close();
    gateway.signal();
    expect(await gateway.untilExit()).toBe(0);
    expect(pids.filter(isAlive)).toEqual([]);
    const left = await readdir(join(dataDir, 'journal'), { recursive: true });
    expect(left.filter((name) => name.endsWith('.journal'))).toEqual([]);
  });

  it('say once that production is refused while the documented users are there', async () => {
    const secrets = { JWT_SECRET: secret(), ENCRYPTION_KEY: secret(), API_KEY_PEPPER: secret() };
    const { code, logs } = await endOf(database, { NODE_ENV: 'production', ...secrets });
    expect([code, count(logs, 'production is refused')]).toEqual([78, 1]);
  });
});

describe('a gateway of workers that cannot start', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createDatabase();
  });

  afterAll(() => database?.drop());

  it('says once that another program has the port', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    const { code, logs } = await endOf(database, { PORT: String(port) });
    server.close();
    expect(code).toBe(78);
    expect(count(logs, `PORT ${port} on HOST 127.0.0.1 cannot be listened on`)).toBe(1);
  });

  it('says once what is wrong with a setting', async () => {
    const { code, logs } = await endOf(database, { WORKERS: 'many' });
    expect([code, count(logs, 'WORKERS: expected a number from 1 on, or auto')]).toEqual([78, 1]);
  });
});

/** Of a start with two workers that fails. */
async function endOf(
  database: TestDatabase,
  env: Record<string, string>,
): Promise<{ code: number | null; logs: string }> {
  const gateway = await Gateway.launch({ database, env: { WORKERS: '2', ...env } });
  const code = await gateway.untilExit();
  const { logs } = gateway;
  await gateway.stop();
  return { code, logs };
}

function count(text: string, part: string): number {
  return text.split(part).length - 1;
}

/** It lets its calls end, and takes no other. */
function isClosing({ phase }: WorkerStatus): boolean {
  return phase === 'closing';
}

function secret(): string {
  return randomBytes(48).toString('base64url');
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
