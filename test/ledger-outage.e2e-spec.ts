import { jest } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { EmbeddedPostgres } from '../src/database/embedded-postgres.js';
import type { TestDatabase } from './support/database.js';
import { Gateway } from './support/gateway.js';
import { p99 } from './support/load.js';
import { loadId, SteadyLoad } from './support/steady-load.js';
import { TcpProxy } from './support/tcp-proxy.js';
import { HELLO_ANSWER, json, Upstream } from './support/upstream.js';

/** A minute each is more convincing. */
const OUTAGE_MS = Number(process.env['LEDGER_OUTAGE_MS'] ?? 2_500);
const REQUESTS_PER_SECOND = 100;
/** What a machine that others use as well adds to the slowest calls of either measurement. */
const NOISE_MS = 15;
const KEY = 'a-master-key-for-the-outages';

jest.setTimeout(60_000 + OUTAGE_MS * 5);

describe('while PostgreSQL', () => {
  let directory: string;
  let postgres: EmbeddedPostgres;
  let wire: TcpProxy;
  let upstream: Upstream;
  let gateway: Gateway;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'ledger-outage-'));
    postgres = await EmbeddedPostgres.start(directory);
    wire = await TcpProxy.start(postgres.url);
    upstream = await Upstream.start();
    upstream.otherwise((response) => json(response, 200, HELLO_ANSWER));
    gateway = await Gateway.start({
      database: { url: wire.url } as TestDatabase,
      config: `
        providers:
          - { name: one, type: openai, api_base: "${upstream.url}", api_key: k }
        master_keys:
          - { name: all, key: "${KEY}" }
      `,
    });
  });

  afterAll(async () => {
    await gateway?.stop();
    await wire?.stop();
    await upstream?.stop();
    await postgres?.stop();
    await rm(directory, { recursive: true, force: true });
  });

  const faults: [string, () => void | Promise<void>, () => void | Promise<void>][] = [
    [
      'is stopped',
      () => postgres.stop(),
      async () => {
        postgres = await EmbeddedPostgres.start(directory);
      },
    ],
    ['is frozen', () => signalAll('SIGSTOP'), () => signalAll('SIGCONT')],
    [
      'is cut off between a commit and its answer',
      async () => {
        wire.muffle();
        await sleep(1_000);
        wire.refuse();
      },
      () => wire.mend(),
    ],
  ];

  it.each(faults)('%s, calls are served and recorded once', async (name, begin, end) => {
    const run = name.replaceAll(/\W/g, '');
    const load = new SteadyLoad(gateway, KEY, run, REQUESTS_PER_SECOND);
    await sleep(500);
    await begin();
    await sleep(OUTAGE_MS);
    await end();
    const backAt = performance.now();
    await load.stop();
    const calls = upstream.calls.map(({ body }) => loadId(body)).filter((id) => id.startsWith(run));
    expect(new Set(load.statuses.values())).toEqual(new Set([200]));
    expect(load.statuses.size).toBe(calls.length);

    while ((await countOf(run)) < calls.length && performance.now() < backAt + 30_000) {
      await sleep(100);
    }
    expect(await countOf(run)).toBe(calls.length);
    const [sums] = await query(
      `SELECT (SELECT count(*)::int FROM usage_records) AS records,
         (SELECT sum(requests)::int FROM usage_hourly WHERE tag IS NULL) AS hourly,
         (SELECT sum(requests)::int FROM usage_daily_groups WHERE grouping = 'model') AS daily`,
    );
    expect(sums).toEqual({
      records: upstream.calls.length,
      hourly: upstream.calls.length,
      daily: upstream.calls.length,
    });
  });

  it('is frozen, calls take no longer than before', async () => {
    // Others disturb some rounds; a gateway that waits for the database fails in all of them.
    for (let round = 1; ; round++) {
      const usual = await p99Of(`usual${round}`, OUTAGE_MS / 2);
      signalAll('SIGSTOP');
      const frozen = await p99Of(`frozen${round}`, OUTAGE_MS).finally(() => signalAll('SIGCONT'));
      console.log(`p99 ${usual.toFixed(1)} ms, with a frozen PostgreSQL ${frozen.toFixed(1)} ms`);
      if (frozen < 1.2 * usual + NOISE_MS) return;
      expect(round).toBeLessThan(3);
    }
  });

  async function p99Of(run: string, forMs: number): Promise<number> {
    const load = new SteadyLoad(gateway, KEY, run, REQUESTS_PER_SECOND);
    await sleep(forMs);
    await load.stop();
    expect(new Set(load.statuses.values())).toEqual(new Set([200]));
    return p99(load.latenciesMs);
  }

  async function countOf(run: string): Promise<number> {
    const [row] = await query(
      `SELECT count(*)::int AS n FROM usage_records WHERE session LIKE '${run}-%'`,
    );
    return row!['n'] as number;
  }

  /** Past the wire. */
  async function query(sql: string): Promise<Record<string, unknown>[]> {
    const client = new pg.Client({ connectionString: postgres.url });
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(sql)).rows;
    } finally {
      await client.end();
    }
  }

  /** To the server and every process that serves a connection. */
  function signalAll(signal: NodeJS.Signals): void {
    const pid = Number.parseInt(
      readFileSync(join(directory, 'postgres/data/postmaster.pid'), 'utf8'),
      10,
    );
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
    for (const each of [pid, ...children.split(' ').filter(Boolean).map(Number)]) {
      process.kill(each, signal);
    }
  }
});
