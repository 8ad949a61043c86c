import { catalogAccount, catalogOf } from '../../../test/support/catalog-fixtures.js';
import type { CatalogAccount, CatalogKey } from '../../catalog/catalog.js';
import type { UpstreamClient, UpstreamEndpoint } from '../../providers/upstream-client.js';
import type { AnswerSink } from '../../providers/upstream-exchange.js';
import { ModelDirectory } from './model-directory.js';

describe('ModelDirectory', () => {
  it('lists declared names and mappings without asking anybody', async () => {
    const { client, list } = setUp();
    const models = await list([
      catalogAccount('one', { models: ['b', 'c-*'], modelMapping: new Map([['a', 'x']]) }),
    ]);
    expect(models).toEqual(['a', 'b']);
    expect(client.asked).toEqual([]);
  });

  it('asks accounts that declare nothing, once for any number of callers', async () => {
    const { client, clock, list } = setUp();
    client.models = ['m2', 'm1'];
    const all = await Promise.all([list([catalogAccount('one')]), list([catalogAccount('one')])]);
    expect(all).toEqual([
      ['m1', 'm2'],
      ['m1', 'm2'],
    ]);
    clock.time += 999;
    await list([catalogAccount('one')]);
    expect(client.asked).toEqual(['one']);
    clock.time += 1;
    await list([catalogAccount('one')]);
    expect(client.asked).toEqual(['one', 'one']);
  });

  it('shows each model once, and only those the key may use', async () => {
    const { list } = setUp();
    const accounts = [
      catalogAccount('one', { models: ['a', 'b'] }),
      catalogAccount('two', { models: ['b', 'c'] }),
    ];
    expect(await list(accounts, ['b', 'c'])).toEqual(['b', 'c']);
  });

  it('keeps the list before when the next cannot be read', async () => {
    const { client, clock, list } = setUp();
    client.models = ['m'];
    await list([catalogAccount('one')]);
    client.status = 500;
    clock.time += 1_000;
    expect(await list([catalogAccount('one')])).toEqual(['m']);
  });

  it('asks again soon where nothing could be read', async () => {
    const { client, clock, list } = setUp();
    client.status = 500;
    expect(await list([catalogAccount('one')])).toEqual([]);
    client.status = 200;
    client.models = ['m'];
    clock.time += 10_000;
    expect(await list([catalogAccount('one')])).toEqual(['m']);
  });

  it('does not keep a list that was asked for before the account changed', async () => {
    const { client, directory, list } = setUp();
    client.models = ['old'];
    const before = list([catalogAccount('one')]);
    directory.clear();
    client.models = ['new'];
    await before;
    expect(await list([catalogAccount('one')])).toEqual(['new']);
  });
});

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
    const key = { allowedModels } as unknown as CatalogKey;
    return (await directory.list(catalogOf(accounts), key)).map(({ id }) => id);
  };
  return { clock, client, directory, list };
}
