import { Gateway } from './support/gateway.js';

const ORIGIN = 'https://console.gateway.test';

describe('the HTTP surface', () => {
  let gateway: Gateway;

  beforeAll(async () => {
    gateway = await Gateway.start({ env: { CORS_ORIGINS: ORIGIN } });
  });

  afterAll(async () => {
    await gateway.stop();
  });

  const send = (path: string, body: string): Promise<Response> =>
    fetch(gateway.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });

  const preflight = (path: string, origin: string): Promise<Response> =>
    fetch(gateway.url + path, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'POST' },
    });

  it('sends security headers that leave Swagger UI its scripts over plain HTTP', async () => {
    const { headers } = await gateway.call('GET', '/health');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-security-policy')).toContain(`script-src 'self'`);
    expect(headers.get('content-security-policy')).not.toContain('upgrade-insecure-requests');
    expect(headers.has('x-powered-by')).toBe(false);
  });

  it.each([
    ['/api/auth/login', 5_000, 413],
    ['/api/auth/refresh', 5_000, 413],
    ['/api/auth/login', 3_000, 400],
    ['/api/users', 900_000, 401],
    ['/api/users', 1_100_000, 413],
    ['/v1/providers', 1_100_000, 413],
    ['/v1/chat/completions', 1_100_000, 401],
  ])('answers POST %s with %i bytes by %i', async (path, size, status) => {
    const response = await send(path, JSON.stringify({ username: 'x'.repeat(size) }));
    expect(response.status).toBe(status);
  });

  it('names a body that is no JSON, but only where it reads one', async () => {
    const response = await send('/api/auth/login', '{"username":');
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { code: 'invalid_request' } });
    expect((await send('/v1/chat/completions', '{"model":')).status).toBe(401);
  });

  it('lets the configured origin call the administration, without credentials', async () => {
    const { headers } = await preflight('/api/auth/login', ORIGIN);
    expect(headers.get('access-control-allow-origin')).toBe(ORIGIN);
    expect(headers.has('access-control-allow-credentials')).toBe(false);
  });

  it.each([
    ['/api/auth/login', 'https://elsewhere.test'],
    ['/v1/chat/completions', ORIGIN],
    ['/apiary', ORIGIN],
  ])('grants nothing on %s to %s', async (path, origin) => {
    const { headers } = await preflight(path, origin);
    expect(headers.has('access-control-allow-origin')).toBe(false);
  });
});
