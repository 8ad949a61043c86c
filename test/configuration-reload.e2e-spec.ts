import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Gateway, type Answer } from './support/gateway.js';
import { HELLO_ANSWER, json, Upstream } from './support/upstream.js';

const ADMIN_KEY = 'the-operators-own-admin-key';
const KEY = 'a-master-key-for-the-reloads';

describe('the configuration file of a running gateway', () => {
  let upstream: Upstream;
  let gateway: Gateway;
  let directory: string;
  let path: string;

  /** @param mapped what the upstream calls the model `m` */
  const file = (mapped: string, more = '') => `
server: { port: "\${FILE_PORT:-0}" }
providers:
  - name: p
    type: openai
    api_base: "${upstream.url}/v1"
    api_key: "\${UPSTREAM_KEY}"
    model_mapping: { m: ${mapped} }
master_keys:
  - { name: k, key: ${KEY} }
${more}`;

  const call = (method: string, route: string): Promise<Answer> =>
    gateway.call(method, route, { token: ADMIN_KEY });
  const reload = () => call('POST', '/admin/v1/config/reload');
  const version = async () => (await call('GET', '/admin/v1/config/version')).body;
  const chat = () =>
    gateway.call('POST', '/v1/chat/completions', {
      headers: { authorization: `Bearer ${KEY}` },
      body: { model: 'm', messages: [{ role: 'user', content: 'hi' }] },
    });
  const modelNow = async () => (await chat()).headers.get('x-gateway-model');
  const failures = async () =>
    Number(
      /^llm_proxy_config_reload_failures_total (\d+)$/m.exec(
        (await call('GET', '/metrics')).text,
      )![1],
    );

  beforeAll(async () => {
    upstream = await Upstream.start();
    upstream.otherwise((response) => json(response, 200, HELLO_ANSWER));
    directory = await mkdtemp(join(tmpdir(), 'gateway-reload-'));
    path = join(directory, 'config.yaml');
    await writeFile(join(directory, '.env'), 'UPSTREAM_KEY=first-credential\n');
    await writeFile(path, file('zero'));
    // The gateway's working directory is its DATA_DIR, where it looks for .env and config.yaml.
    gateway = await Gateway.start({ dataDir: directory, env: { ADMIN_KEY } });
  });

  afterAll(async () => {
    await gateway?.stop();
    await gateway?.database.drop();
    await upstream?.stop();
    await rm(directory, { recursive: true, force: true });
  });

  it('is taken over when somebody asks for it', async () => {
    const before = await version();
    expect(before).toMatchObject({ source: path, restart_needed: [] });
    expect(await modelNow()).toBe('zero');
    await writeFile(path, file('one'));
    const answer = await reload();
    expect(answer).toMatchObject({ status: 200, body: { source: path, restart_needed: [] } });
    expect(answer.body.version).toBeGreaterThan(before.version);
    expect(Date.parse(answer.body.loaded_at)).toBeGreaterThan(Date.parse(before.loaded_at));
    expect(await modelNow()).toBe('one');
    expect((await version()).version).toBe(answer.body.version);
  });

  it('gets its variables anew', async () => {
    await writeFile(join(directory, '.env'), 'UPSTREAM_KEY=second-credential\nFILE_PORT=1\n');
    upstream.calls.length = 0;
    expect((await reload()).status).toBe(200);
    await chat();
    expect(upstream.calls[0]!.headers.authorization).toBe('Bearer second-credential');
  });

  it('changes nothing when it is wrong: 422 with line and reason', async () => {
    const before = await failures();
    const good = await version();
    for (const [text, reason] of [
      [file('two').replace('model_mapping', 'model_maping'), `${path}:8: providers.0.model_maping`],
      [file('two').replace('type: openai', 'type: nobody'), `${path}:5: providers: "p": type: `],
      [file('two').replace('UPSTREAM_KEY', 'NOT_SET'), `${path}:7: \${NOT_SET} is not set`],
      [file('two', `  - { name: k, key: another-master-key }`), `${path}:11: master_keys: "k" is`],
      [file('two', 'prices: { x: { input: 1, output: -1 } }'), `${path}:11: prices.x.output: `],
      ['providers: [', `${path}:`],
    ] as const) {
      await writeFile(path, text);
      const answer = await reload();
      expect(answer).toMatchObject({
        status: 422,
        body: { error: { code: 'invalid_configuration' } },
      });
      expect(answer.body.error.message).toContain(reason);
    }
    await rm(path);
    expect(await reload()).toMatchObject({
      status: 422,
      body: { error: { message: `${path}: cannot be read (ENOENT)` } },
    });
    expect(await failures()).toBe(before + 7);
    expect(await modelNow()).toBe('one');
    expect((await version()).version).toBe(good.version);
  });

  it('may change prices and says what takes a restart', async () => {
    const more = 'prices: { "openai/three": { input: "1000", output: "0" } }\nverify_ssl: false\n';
    await writeFile(path, file('three', more).replace(/port: .* }/, 'port: 4321, host: "::1" }'));
    const answer = await reload();
    // PORT is set in the environment, which wins over the file.
    expect(answer).toMatchObject({
      status: 200,
      body: { restart_needed: ['server.host', 'verify_ssl'] },
    });
    await until(() => Promise.resolve(/server.host, verify_ssl changed/.test(gateway.logs)));
    const id = (await chat()).headers.get('x-request-id')!;
    expect((await record(id)).cost_usd).toBe('0.009');
    await writeFile(path, file('three', more.replace('1000', '2000')));
    await reload();
    const next = (await chat()).headers.get('x-request-id')!;
    expect((await record(next)).cost_usd).toBe('0.018');
  });

  it('is written into the audit log, with who asked for it', async () => {
    const token = await gateway.login();
    const entries = await gateway.call('GET', '/api/audit?action=configuration.reload', { token });
    expect(entries.body.data.length).toBeGreaterThanOrEqual(4);
    expect(entries.body.data[0]).toMatchObject({ actor_id: null, actor_name: 'ADMIN_KEY' });
  });

  describe('is taken over by itself', () => {
    it('when it is written', async () => {
      await writeFile(path, file('written'));
      await until(async () => (await modelNow()) === 'written');
    });

    it('when an editor puts another file in its place', async () => {
      await writeFile(`${path}~`, file('renamed'));
      await rename(`${path}~`, path);
      await until(async () => (await modelNow()) === 'renamed');
      await writeFile(`${path}~`, file('renamed-again'));
      await rename(`${path}~`, path);
      await until(async () => (await modelNow()) === 'renamed-again');
    });

    it('when Kubernetes turns the link to the folder', async () => {
      await rm(path);
      for (const generation of ['linked', 'turned']) {
        await mkdir(join(directory, `..${generation}`));
        await writeFile(join(directory, `..${generation}`, 'config.yaml'), file(generation));
        await symlink(`..${generation}`, join(directory, '..data_tmp'));
        await rename(join(directory, '..data_tmp'), join(directory, '..data'));
        if (generation === 'linked') await symlink(join('..data', 'config.yaml'), path);
        await until(async () => (await modelNow()) === generation);
      }
    });

    it('but not when it is wrong, which is counted once', async () => {
      const before = await failures();
      await writeFile(`${path}~`, 'colour: red');
      await rename(`${path}~`, path);
      await until(async () => (await failures()) > before);
      expect(gateway.logs).toContain('config.yaml:1: colour: unknown key');
      await sleep(2_500);
      expect(await failures()).toBe(before + 1);
      expect(await modelNow()).toBe('turned');
    });
  });

  async function record(id: string) {
    const token = await gateway.login();
    let answer: Answer | undefined;
    await until(async () => {
      answer = await gateway.call('GET', `/api/stats/requests/${id}`, { token });
      return answer.status === 200;
    });
    return answer!.body;
  }
});

async function until(condition: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 8_000;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error('did not happen within 8 s');
    await sleep(50);
  }
}
