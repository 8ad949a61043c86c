import { jest } from '@jest/globals';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Gateway, type Answer } from './support/gateway.js';
import { HELLO_ANSWER, json, Upstream } from './support/upstream.js';

/** Row 40 of the acceptance rows asks for 1,000: `CONFIG_FLIPS=1000`. */
const FLIPS = Number(process.env['CONFIG_FLIPS'] ?? 60);
const REQUESTS_PER_SECOND = 100;
const ADMIN_KEY = 'the-operators-own-admin-key';
const KEY = 'a-master-key-for-the-flips';

jest.setTimeout(60_000 + FLIPS * 100);

describe('configuration flips under load', () => {
  let upstreams: [Upstream, Upstream];
  let gateway: Gateway;

  beforeAll(async () => {
    upstreams = [await Upstream.start(), await Upstream.start()];
    for (const [side, upstream] of upstreams.entries()) {
      upstream.otherwise(async (response, { headers, model }) => {
        // Long enough for some calls to see several flips.
        await sleep(Math.random() < 0.1 ? 100 : 1);
        json(response, 200, { ...HELLO_ANSWER, seen: { side, model, key: headers.authorization } });
      });
    }
    gateway = await Gateway.start({ env: { ADMIN_KEY }, config: file(0) });
  });

  afterAll(async () => {
    await gateway?.stop();
    await Promise.all(upstreams?.map((upstream) => upstream.stop()));
  });

  /**
   * Name, address, credential and mapping of a version all say which one it is; each replaces the account before. Every other
   * version has `side-0`, in the account and in the key: a catalog with the one and not the other would pass its name on.
   */
  const file = (version: number) => `
    providers:
      - name: account-${version}
        type: openai
        api_base: "${upstreams[version % 2]!.url}/v1"
        api_key: credential-${version}
        model_mapping: { m: model-${version}, side-${version % 2}: model-${version} }
    master_keys: [{ name: k, key: ${KEY}, allowed_models: [m, side-${version % 2}] }]
  `;

  const reload = () => gateway.call('POST', '/admin/v1/config/reload', { token: ADMIN_KEY });
  const write = (text: string) => writeFile(join(gateway.dataDir, 'test-config.yaml'), text);

  it(`fits every answer into one of ${FLIPS} versions, without an error`, async () => {
    const load = new Load(gateway, ['m', 'm', 'side-0']);
    let current = 0;
    for (let version = 1; version <= FLIPS; version++) {
      await write(file(version));
      expect(await reload()).toMatchObject({ status: 200 });
      current = version;
      // The answer to the reload is the end of the version before.
      expect(versionsOf(await load.call())).toEqual([current]);
      await sleep(Math.max(0, version * 20 - load.elapsedMs));
    }
    const all = await load.end();
    const [refused, answers] = [
      all.filter(isRefusedByKey),
      all.filter((one) => !isRefusedByKey(one)),
    ];
    expect(answers.length).toBeGreaterThan(FLIPS);
    expect(refused.length).toBeGreaterThan(FLIPS / 4);
    expect(tally(answers.map(({ status }) => status))).toEqual({ 200: answers.length });
    expect(answers.map(versionsOf).filter((versions) => versions.length !== 1)).toEqual([]);
    const seen = new Set(answers.flatMap(versionsOf));
    console.log(`${FLIPS} flips, ${answers.length} answers, ${seen.size} versions seen in them`);
    expect(seen.size).toBeGreaterThan(FLIPS / 4);
    const received = upstreams.flatMap(({ calls }) => calls).length;
    expect(received).toBe(answers.length + load.probes);
  });

  it('keeps serving by the old version while wrong ones are pushed', async () => {
    await write(file(FLIPS));
    expect((await reload()).status).toBe(200);
    const load = new Load(gateway, ['m']);
    for (const spoil of [
      (text: string) => text.replace('type: openai', 'type: nobody'),
      (text: string) => text.replace('model_mapping', 'model_maping'),
      (text: string) => text.slice(0, text.indexOf('api_key')),
      (text: string) => text.replace(/http:[^"]*/, 'http://169.254.169.254/'),
      () => 'providers: [',
    ]) {
      for (let time = 0; time < 4; time++) {
        await write(spoil(file(FLIPS + 1)));
        const answer = await reload();
        expect(answer.status).toBe(422);
        expect(answer.body.error.message).toMatch(/test-config\.yaml:\d+: /);
        await sleep(20);
      }
    }
    const answers = await load.end();
    expect(answers.length).toBeGreaterThan(20);
    expect(answers.flatMap(versionsOf)).toEqual(answers.map(() => FLIPS));
    expect(tally(answers.map(({ status }) => status))).toEqual({ 200: answers.length });
  });
});

/** Requests at a steady rate, whether or not earlier ones are answered. */
class Load {
  probes = 0;
  private readonly startedAt = performance.now();
  private readonly answers: Promise<Answer>[] = [];
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly gateway: Gateway,
    models: readonly string[],
  ) {
    this.timer = setInterval(() => {
      const due = (this.elapsedMs / 1_000) * REQUESTS_PER_SECOND;
      while (this.answers.length < due) {
        this.answers.push(this.ask(models[this.answers.length % models.length]!));
      }
    }, 5);
  }

  get elapsedMs(): number {
    return performance.now() - this.startedAt;
  }

  /** One more, which is not among the answers. */
  call(): Promise<Answer> {
    this.probes++;
    return this.ask('m');
  }

  end(): Promise<Answer[]> {
    clearInterval(this.timer);
    return Promise.all(this.answers);
  }

  private ask(model: string): Promise<Answer> {
    return this.gateway.call('POST', '/v1/chat/completions', {
      token: KEY,
      body: { model, messages: [{ role: 'user', content: 'hi' }] },
    });
  }
}

/** Every version that an answer shows a trace of: one, when it was decided by one whole catalog. */
function versionsOf({ headers, body }: Answer): number[] {
  const traces = [
    headers.get('x-gateway-account'),
    headers.get('x-gateway-model'),
    body.seen?.model,
    body.seen?.key,
  ].map((trace) => Number(/\d+$/.exec(String(trace))?.[0] ?? Number.NaN));
  const versions = new Set(traces);
  const [version] = versions;
  if (version! % 2 !== body.seen?.side) versions.add(Number.NaN);
  return [...versions];
}

/** The version of the moment does not have `side-0`. */
function isRefusedByKey({ status, body }: Answer): boolean {
  return status === 403 && body.error.code === 'model_not_allowed';
}

function tally(statuses: readonly number[]): Record<number, number> {
  const counts: Record<number, number> = {};
  for (const status of statuses) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}
