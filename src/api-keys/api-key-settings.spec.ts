import { InvalidRequestError } from '../common/gateway-error.js';
import { applySettings, auditedState, unlimitedKey } from './api-key-settings.js';
import type { ApiKey } from './api-key.entity.js';
import { toCatalogApiKey } from './catalog-api-key.js';

const NOW = new Date('2030-01-01T00:00:00Z');

describe('applySettings', () => {
  it('leaves what the body does not name', () => {
    const key = someKey();
    const before = auditedState(key);
    applySettings(key, {}, NOW);
    expect(auditedState(key)).toEqual(before);
  });

  it('stores money as whole nano-USD', () => {
    const key = someKey();
    applySettings(key, { budget: { amount_usd: 0.1, period: 'day' } }, NOW);
    expect(key.budgetNanoUsd).toBe(100_000_000n);
    applySettings(key, { budget: null }, NOW);
    expect(key).toMatchObject({ budgetNanoUsd: null, budgetPeriod: null });
  });

  it('keeps a limit of nothing apart from no limit', () => {
    const key = someKey();
    applySettings(key, { rate_limit: { requests_per_second: 0, burst_size: 0 } }, NOW);
    expect(toCatalogApiKey(key).rateLimit).toEqual({ requestsPerSecond: 0, burstSize: 0 });
    applySettings(key, { rate_limit: null }, NOW);
    expect(toCatalogApiKey(key).rateLimit).toBeNull();
  });

  it('refuses an expiry that is not in the future', () => {
    const act = () => applySettings(someKey(), { expires_at: NOW.toISOString() }, NOW);
    expect(act).toThrow(InvalidRequestError);
  });

  it('takes back the expiry that an expired key already has', () => {
    const key = someKey();
    key.expiresAt = new Date('2029-01-01T00:00:00Z');
    applySettings(key, { expires_at: '2029-01-01T00:00:00.000Z', name: 'other' }, NOW);
    expect(key.name).toBe('other');
  });
});

describe('toCatalogApiKey', () => {
  it('finds a rotated key by both digests, the old one for a while', () => {
    const key = someKey();
    expect(toCatalogApiKey(key).digests).toEqual([{ digest: 'aa', validUntilMs: null }]);
    key.previousDigest = Buffer.from('bb', 'hex');
    key.previousValidUntil = NOW;
    expect(toCatalogApiKey(key).digests).toEqual([
      { digest: 'aa', validUntilMs: null },
      { digest: 'bb', validUntilMs: NOW.getTime() },
    ]);
  });
});

function someKey(): ApiKey {
  const digest = Buffer.from('aa', 'hex');
  return Object.assign(unlimitedKey('id', NOW), { name: 'a key', prefix: 'sk-gw-', digest });
}
