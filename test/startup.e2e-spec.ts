import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { createDatabase } from './support/database.js';
import { Gateway } from './support/gateway.js';

describe('startup', () => {
  it('listens, becomes ready and ends cleanly', async () => {
    const gateway = await Gateway.start();
    expect((await gateway.call('GET', '/health')).body).toEqual({ status: 'ok' });
    expect(await gateway.stop()).toBe(0);
  });

  it('prints at its first start what to do, ready to paste, and never again', async () => {
    const database = await createDatabase();
    const first = await Gateway.start({
      database,
      config: `
        providers: [{ name: one, type: openai, api_key: k, models: ["the-model"] }]
      `,
    });
    const printed = /^ {2}TOKEN=[^]*?\/v1\/models .*$/m.exec(first.logs)![0];
    const { stdout } = await promisify(execFile)('bash', ['-euc', printed]);
    expect(JSON.parse(stdout)).toMatchObject({ object: 'list', data: [{ id: 'the-model' }] });
    expect(first.logs).toContain(`The gateway listens on ${first.url}`);
    await first.stop();
    const second = await Gateway.start({ database });
    expect(second.logs).not.toContain('TOKEN=');
    await second.stop();
    await database.drop();
  });

  it('names a misspelt variable and exits with 78', async () => {
    const gateway = await Gateway.launch({ env: { MAX_IN_FLIHGT: '3' } });
    expect(await gateway.untilExit()).toBe(78);
    expect(gateway.logs).toContain('MAX_IN_FLIHGT: unknown variable, did you mean MAX_IN_FLIGHT?');
    await gateway.stop();
  });
});
