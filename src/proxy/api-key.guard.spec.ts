import type { ExecutionContext } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import { Registry } from 'prom-client';
import { catalogOf } from '../../test/support/catalog-fixtures.js';
import { ApiKeyHasher } from '../api-keys/api-key-secret.js';
import { Catalog, type CatalogKey } from '../catalog/catalog.js';
import type { CatalogService } from '../catalog/catalog.service.js';
import { CurrentCatalog } from '../catalog/current-catalog.js';
import { InFlight } from '../common/in-flight.js';
import { ApiKeyGuard } from './api-key.guard.js';
import { callerOf } from './client-call.js';
import { ProxyMetrics } from './proxy-metrics.js';

const SECRET = 'a-master-key';

describe('ApiKeyGuard', () => {
  it('lets a known key pass, with the catalog of that moment', () => {
    const { current, ask } = setUp();
    const request = ask({ authorization: `Bearer ${SECRET}` });
    const { catalog } = current;
    current.swap(Catalog.EMPTY);
    expect(callerOf(request)).toMatchObject({ key: { id: 'k' }, catalog, startedAt: 500 });
  });

  it.each<[string, Record<string, string>]>([
    ['no key', {}],
    ['an unknown key', { authorization: 'Bearer other' }],
    ['a misspelt key of ours', { 'x-api-key': `sk-gw-${'a'.repeat(43)}_aaaaaa` }],
  ])('answers 401 to %s', (_, headers) => {
    expect(() => setUp().ask(headers)).toThrow(expect.objectContaining({ status: 401 }));
  });

  it('refuses a key from the moment it expires', () => {
    const expiring = (expiresAt: number) => () => setUp({ expiresAt }).ask({ 'x-api-key': SECRET });
    expect(expiring(500)).toThrow(expect.objectContaining({ status: 401 }));
    expect(expiring(501)).not.toThrow();
  });

  it('answers 503 and no 401 while it cannot know which keys there are', () => {
    const { service, ask } = setUp();
    service.isTrusted = false;
    expect(() => ask({ 'x-api-key': 'unknown' })).toThrow(expect.objectContaining({ status: 503 }));
  });

  it("names the request as Anthropic's clients expect it", () => {
    const { headers, ask } = setUp();
    ask({ 'x-api-key': SECRET }, '/v1/messages');
    expect(headers.get('request-id')).toBe('the-id');
  });
});

function setUp(fields: Partial<CatalogKey> = {}) {
  const hasher = new ApiKeyHasher('p'.repeat(32));
  const key = {
    id: 'k',
    name: 'k',
    ownerId: null,
    allowedModels: ['*'],
    expiresAt: null,
    routingPreferences: null,
    tags: [],
  };
  const keys = new Map([[hasher.digest(SECRET), { ...key, ...fields }]]);
  const current = new CurrentCatalog();
  current.swap(catalogOf([], { keys }));
  const service = { isTrusted: true };
  const clock = { now: () => 500, monotonic: () => 1 };
  const guard = new ApiKeyGuard(
    current,
    service as CatalogService,
    hasher,
    clock,
    new ProxyMetrics(new Registry(), new InFlight()),
  );
  const headers = new Map([['x-request-id', 'the-id']]);
  const response = {
    getHeader: (name: string) => headers.get(name),
    setHeader: (name: string, value: string) => headers.set(name, value),
  };
  const ask = (given: Record<string, string>, url = '/v1/chat/completions'): IncomingMessage => {
    const rawHeaders = Object.entries(given).flat();
    const request = { headers: given, rawHeaders, url } as unknown as IncomingMessage;
    guard.canActivate({
      switchToHttp: () => ({ getRequest: () => request, getResponse: () => response }),
    } as unknown as ExecutionContext);
    return request;
  };
  return { current, service, headers, ask };
}
