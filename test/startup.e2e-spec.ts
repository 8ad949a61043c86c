import { Gateway } from './support/gateway.js';

describe('startup', () => {
  it('listens, becomes ready and ends cleanly', async () => {
    const gateway = await Gateway.start();
    expect((await gateway.call('GET', '/health')).body).toEqual({ status: 'ok' });
    expect(await gateway.stop()).toBe(0);
  });

  it('names a misspelt variable and exits with 78', async () => {
    const gateway = await Gateway.launch({ env: { MAX_IN_FLIHGT: '3' } });
    expect(await gateway.untilExit()).toBe(78);
    expect(gateway.logs).toContain('MAX_IN_FLIHGT: unknown variable, did you mean MAX_IN_FLIGHT?');
    await gateway.stop();
  });
});
