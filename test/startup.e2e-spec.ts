import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { createDatabase } from './support/database.js';
import { Gateway } from './support/gateway.js';

describe('startup', () => {
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
    expect((await first.call('GET', '/health')).body).toEqual({ status: 'ok' });
    expect(await first.stop()).toBe(0);
    const second = await Gateway.start({ database });
    expect(second.logs).not.toContain('TOKEN=');
    expect(await second.stop()).toBe(0);
    await database.drop();
  });
});
