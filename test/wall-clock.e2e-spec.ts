import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Gateway } from './support/gateway.js';
import { Load } from './support/load.js';
import {
  chatChunk,
  HELLO_ANSWER,
  HELLO_STREAM,
  json,
  stream,
  Upstream,
} from './support/upstream.js';

const KEY = 'a-master-key-for-the-clocks';
const ADMIN_KEY = 'an-admin-key-for-the-clocks';

/** libfaketime of Debian and its kin, or where LIBFAKETIME says; the unit specs do the same with a clock of their own. */
const library = [
  process.env['LIBFAKETIME'] ?? '',
  '/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1',
  '/usr/lib/aarch64-linux-gnu/faketime/libfaketime.so.1',
].find((path) => path !== '' && existsSync(path));

(library ? describe : describe.skip)('a gateway whose wall clock is set', () => {
  let directory: string;
  let upstream: Upstream;
  let gateway: Gateway;
  let load: Load;
  let finish = (): void => undefined;

  /** @param offset as libfaketime reads it, `+1h` */
  const setClock = (offset: string): Promise<void> =>
    writeFile(join(directory, 'clock'), `${offset}\n`);

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'clock-'));
    await setClock('+0h');
    upstream = await Upstream.start();
    gateway = await Gateway.start({
      env: {
        HEALTH_PROBE_INTERVAL_MS: '0',
        ADMIN_KEY,
        LD_PRELOAD: library!,
        FAKETIME_TIMESTAMP_FILE: join(directory, 'clock'),
        FAKETIME_NO_CACHE: '1',
        FAKETIME_DONT_FAKE_MONOTONIC: '1',
      },
      config: `
        providers:
          - { name: one, type: openai, api_base: "${upstream.url}", api_key: k, models: ["failing", "limited", "long", "good"] }
          - { name: two, type: openai, api_base: "${upstream.url}", api_key: k, models: ["limited"] }
        master_keys:
          - { name: all, key: "${KEY}" }
      `,
    });
    load = new Load(gateway.url, KEY);
  });

  afterAll(async () => {
    finish();
    await load?.close();
    await gateway?.stop();
    await upstream?.stop();
    await rm(directory, { recursive: true, force: true });
  });

  it('by an hour in either direction keeps its circuits, rests and streams as they are', async () => {
    const finished = new Promise<void>((resolve) => (finish = resolve));
    upstream
      .on('failing', (response) => json(response, 500, { error: { message: 'x' } }))
      .on('limited', (response) => {
        response.setHeader('retry-after', '60');
        json(response, 429, { error: { message: 'slow down' } });
      })
      .on('long', async (response) => {
        await stream(response, [chatChunk({ content: 'begun' })]);
        await finished;
        await stream(response, HELLO_STREAM);
        response.end();
      })
      .otherwise((response) => json(response, 200, HELLO_ANSWER));
    const long = load.call('long', { stream: true });
    for (let i = 0; i < 5; i++) await load.call('failing');
    expect((await load.call('limited')).status).toBe(429);
    const before = await states();
    expect(before).toEqual({
      'one failing': 'open',
      'one limited': 'closed rate_limited',
      'one long': 'closed',
      'two limited': 'closed rate_limited',
    });
    const calls = upstream.calls.length;
    for (const offset of ['+1h', '-1h', '+0h']) {
      await setClock(offset);
      // People can log in, whatever the time; their token tells what the gateway takes it for.
      const token = await gateway.login();
      const { iat } = JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString()) as {
        iat: number;
      };
      const aheadHours = (iat * 1_000 - Date.now()) / 3_600_000;
      expect(aheadHours).toBeCloseTo(Number.parseInt(offset, 10), 1);
      expect((await gateway.call('GET', '/api/auth/me', { token })).status).toBe(200);
      await sleep(300);
      expect(await states()).toEqual(before);
      expect([(await load.call('failing')).status, (await load.call('limited')).status]).toEqual([
        503, 429,
      ]);
      expect(upstream.calls).toHaveLength(calls);
    }
    finish();
    expect((await long).text).toContain('[DONE]');
    const { latencyMs, status } = await load.call('good');
    expect(status).toBe(200);
    expect(latencyMs).toBeLessThan(5_000);
  });

  async function states(): Promise<Record<string, string>> {
    const { body } = await gateway.call('GET', '/v1/routing/stats', { token: ADMIN_KEY });
    return Object.fromEntries(
      body.accounts.flatMap((account: { account_name: string; models: Record<string, string>[] }) =>
        account.models.map(({ model, circuit, reason }) => [
          `${account.account_name} ${model}`,
          circuit === 'closed' && reason ? `closed ${reason}` : circuit,
        ]),
      ),
    );
  }
});
