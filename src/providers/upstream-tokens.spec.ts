import { FakeClock } from '../../test/support/fake-clock.js';
import { UpstreamTokenError, UpstreamTokens, type TokenAccount } from './upstream-tokens.js';
import type { ProviderAdapter } from './provider-adapter.js';
import type { AnswerSink } from './upstream-exchange.js';
import type { UpstreamClient, UpstreamRequest } from './upstream-client.js';

const adapter = {
  accessToken: {
    request: ({ baseUrl, secret }) => ({ url: `${baseUrl}/token`, headers: { secret } }),
    read: ({ token }) => {
      if (typeof token !== 'string') throw new Error('no token');
      return { accessToken: token, expiresInSeconds: 3_600 };
    },
  },
} as Pick<ProviderAdapter, 'accessToken'> as ProviderAdapter;

function setUp() {
  const clock = new FakeClock();
  const asked: { request: UpstreamRequest; answer(token: unknown): void }[] = [];
  const client = {
    send: (_: unknown, request: UpstreamRequest, sink: AnswerSink) => {
      const answer = (token: unknown): void => {
        sink.head(200, {});
        sink.data(Buffer.from(JSON.stringify({ token })));
        sink.end();
      };
      asked.push({ request, answer });
    },
  } as unknown as UpstreamClient;
  return { asked, clock, tokens: new UpstreamTokens(client, clock) };
}

const account = (fields: Partial<TokenAccount> = {}): TokenAccount => ({
  id: 'a',
  verifyTls: true,
  baseUrl: 'https://a.test',
  secret: 'old',
  adapter,
  ...fields,
});

/** Lets the promises before it go on. */
const turn = (): Promise<void> => new Promise(setImmediate);

describe('UpstreamTokens', () => {
  it('asks once for all who want a token of an account, until shortly before its end', async () => {
    const { asked, clock, tokens } = setUp();
    const both = [tokens.secretFor(account()), tokens.secretFor(account())];
    await turn();
    asked[0]!.answer('one');
    expect(await Promise.all(both)).toEqual(['one', 'one']);
    expect(asked).toHaveLength(1);
    clock.advance(3_600_000 - 300_000);
    const next = [tokens.secretFor(account()), tokens.secretFor(account())];
    await turn();
    expect(asked).toHaveLength(2);
    asked[1]!.answer('two');
    expect(await Promise.all(next)).toEqual(['two', 'two']);
  });

  it.each([{ secret: 'new' }, { baseUrl: 'https://b.test' }])(
    'asks anew with %j, without waiting for what was asked before',
    async (changed) => {
      const { asked, tokens } = setUp();
      const before = tokens.secretFor(account());
      await turn();
      const after = tokens.secretFor(account(changed));
      await turn();
      expect(asked).toHaveLength(2);
      expect(asked[1]!.request).toMatchObject(
        adapter.accessToken!.request(account(changed)) as object,
      );
      asked[1]!.answer('theirs');
      expect(await after).toBe('theirs');
      asked[0]!.answer(null);
      await expect(before).rejects.toThrow(UpstreamTokenError);
      // The failure of the old one takes nothing from the new one.
      expect(await tokens.secretFor(account(changed))).toBe('theirs');
      expect(asked).toHaveLength(2);
    },
  );

  it('keeps tokens of the accounts there are', async () => {
    const { asked, tokens } = setUp();
    const both = ['a', 'b'].map((id) => tokens.secretFor(account({ id })));
    await turn();
    for (const [index, one] of asked.entries()) one.answer(`token ${index}`);
    await Promise.all(both);
    tokens.retain(new Set(['b']));
    expect(await tokens.secretFor(account({ id: 'b' }))).toBe('token 1');
    void tokens.secretFor(account({ id: 'a' }));
    await turn();
    expect(asked).toHaveLength(3);
  });
});
