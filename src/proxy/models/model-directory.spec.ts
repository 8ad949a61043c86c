import { Catalog, type CatalogAccount, type CatalogKey } from '../../catalog/catalog.js';
import { findAdapter } from '../../providers/adapters/index.js';
import type { UpstreamClient, UpstreamEndpoint } from '../../providers/upstream-client.js';
import type { AnswerSink } from '../../providers/upstream-exchange.js';
import { ModelDirectory } from './model-directory.js';

describe('ModelDirectory', () => {
  it('lists declared names and mappings without asking anybody', async () => {
    const { client, list } = setUp();
    const models = await list([
      account('one', { models: ['b', 'c-*'], modelMapping: new Map([['a', 'x']]) }),
    ]);
    expect(models).toEqual(['a', 'b']);
    expect(client.asked).toEqual([]);
  });

  it('asks accounts that declare nothing, once for any number of callers', async () => {
    const { client, clock, list } = setUp();
    client.models = ['m2', 'm1'];
    const all = await Promise.all([list([account('one')]), list([account('one')])]);
    expect(all).toEqual([
      ['m1', 'm2'],
      ['m1', 'm2'],
    ]);
    clock.time += 999;
    await list([account('one')]);
    expect(client.asked).toEqual(['one']);
    clock.time += 1;
    await list([account('one')]);
    expect(client.asked).toEqual(['one', 'one']);
  });

  it('shows each model once, and only those the key may use', async () => {
    const { list } = setUp();
    const accounts = [
      account('one', { models: ['a', 'b'] }),
      account('two', { models: ['b', 'c'] }),
    ];
    expect(await list(accounts, ['b', 'c'])).toEqual(['b', 'c']);
  });

  it('keeps the list before when the next cannot be read', async () => {
    const { client, clock, list } = setUp();
    client.models = ['m'];
    await list([account('one')]);
    client.status = 500;
    clock.time += 1_000;
    expect(await list([account('one')])).toEqual(['m']);
  });

  it('asks again soon where nothing could be read', async () => {
    const { client, clock, list } = setUp();
    client.status = 500;
    expect(await list([account('one')])).toEqual([]);
    client.status = 200;
    client.models = ['m'];
    clock.time += 10_000;
    expect(await list([account('one')])).toEqual(['m']);
  });

  it('does not keep a list that was asked for before the account changed', async () => {
    const { client, directory, list } = setUp();
    client.models = ['old'];
    const before = list([account('one')]);
    directory.clear();
    client.models = ['new'];
    await before;
    expect(await list([account('one')])).toEqual(['new']);
  });
});

function account(name: string, fields: Partial<CatalogAccount> = {}): CatalogAccount {
  return {
    id: name,
    name,
    adapter: findAdapter('openai')!,
    baseUrl: 'https://upstream.test',
    secret: 's',
    weight: 1,
    priority: 0,
    models: [],
    modelMapping: new Map(),
    verifyTls: true,
    ...fields,
  };
}

class FakeClient {
  readonly asked: string[] = [];
  models: string[] = [];
  status = 200;

  send({ id }: UpstreamEndpoint, _: unknown, sink: AnswerSink): void {
    this.asked.push(id);
    const { status } = this;
    const body = JSON.stringify({ data: this.models.map((model) => ({ id: model })) });
    setImmediate(() => {
      sink.head(status, {});
      sink.data(Buffer.from(body));
      sink.end();
    });
  }
}

function setUp() {
  const clock = { time: 0, now: () => 0, monotonic: () => clock.time };
  const client = new FakeClient();
  const options = { ttlMs: 1_000, timeoutMs: 100 };
  const directory = new ModelDirectory(client as unknown as UpstreamClient, clock, options);
  const list = async (accounts: CatalogAccount[], allowedModels = ['*']): Promise<string[]> => {
    const contents = { version: 1, loadedAt: 0, keys: new Map(), accounts, faults: [] };
    const key = { allowedModels } as unknown as CatalogKey;
    return (await directory.list(new Catalog(contents), key)).map(({ id }) => id);
  };
  return { clock, client, directory, list };
}
