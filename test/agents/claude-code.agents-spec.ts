import type { Gateway } from '../support/gateway.js';
import { KEY, startAgentsGateway } from './agents-gateway.js';
import type { ScriptedCall } from './dialects/dialect.js';
import {
  expectAlternation,
  expectAnswered,
  expectNoForeignProof,
  expectOwnProofs,
} from './expect-history.js';
import { expectComplete, usageOf } from './expect-usage.js';
import { AgentHome, type AgentRun } from './run-agent.js';
import { ScriptedUpstream, type ProviderType } from './scripted-upstream.js';

const FAMILY: ProviderType[] = ['anthropic', 'together', 'gemini'];

describe('Claude Code', () => {
  let upstream: ScriptedUpstream;
  let gateway: Gateway;
  let home: AgentHome;

  beforeAll(async () => {
    upstream = await ScriptedUpstream.start();
    gateway = await startAgentsGateway(upstream.url, [
      'claude-sonnet-5',
      'claude-switch',
      'claude-context',
    ]);
  });

  afterAll(async () => {
    await gateway?.stop();
    await upstream?.stop();
  });

  beforeEach(async () => {
    home = await AgentHome.create();
  });

  afterEach(() => home.remove());

  it.each(FAMILY)('does a task in three turns on %s', async (provider) => {
    const model = `claude-sonnet-5-on-${provider}`;
    const [writes, reads, shouts] = task();
    upstream.follow(
      { thought: 'A file first.', text: 'I write it.', calls: [writes] },
      { calls: [reads, shouts] },
      { thought: 'Both are there.', text: 'Wrote it and shouted it.' },
    );
    const run = await claude(model, 'Write hello.txt and shout it.');

    expect(run).toMatchObject({ code: 0, stdout: 'Wrote it and shouted it.\n' });
    expect(await home.read('hello.txt')).toBe('hello');
    expect(await home.read('shout.txt')).toBe('HELLO');
    expect(upstream.asked.map((turn) => turn.provider)).toEqual([provider, provider, provider]);
    const { history } = upstream.asked[2]!;
    expectAlternation(provider, history.roles);
    expect(history.calls.map(({ name, arguments: given }) => [name, given])).toEqual([
      ['Write', writes.arguments],
      ['Read', reads.arguments],
      ['Bash', shouts.arguments],
    ]);
    expectAnswered(history);
    expect(history.results[1]!.text).toContain('hello');
    expect(history.tools).toEqual(expect.arrayContaining(['Bash', 'Read', 'Write']));
    expectOwnProofs(provider, history);
    upstream.asked.forEach(expectNoForeignProof);
    expect(upstream.others).toEqual([]);
    if (provider !== 'anthropic') expectStablePrefix(upstream.asked.map(({ body }) => body));

    const rows = await usageOf(gateway, model, 3);
    expect(rows).toHaveLength(3);
    for (const row of rows) expectComplete(row, provider, 'messages');
  });

  it('is told how full its context is', async () => {
    const model = 'claude-context-on-together';
    const run = await claude(model, '/context');
    expect(run.code).toBe(0);
    expect(run.stdout).toMatch(/System tools \| \d/);
    const [row] = await usageOf(gateway, model, 1);
    expect(row).toMatchObject({ operation: 'count_tokens', status: 200, end_reason: 'completed' });
    expect((await gateway.call('HEAD', '/')).status).toBe(200);
  });

  it('goes on with each provider in one conversation', async () => {
    const told: string[] = [];
    for (const provider of [...FAMILY, 'anthropic' as const]) {
      const { writes } = oneCall(`${told.length}.txt`, provider);
      upstream.follow(
        { thought: `Thought of ${provider}.`, text: 'Writing.', calls: [writes] },
        { text: `This was ${provider}.` },
      );
      const run = await claude(`claude-switch-on-${provider}`, `Go on, ${provider}.`, {
        continues: told.length > 0,
      });
      expect(run).toMatchObject({ code: 0, stdout: `This was ${provider}.\n` });
      told.push(provider);

      const { history } = upstream.asked.at(-1)!;
      expectAlternation(provider, history.roles);
      expect(history.calls).toHaveLength(told.length);
      expectAnswered(history);
      upstream.asked.forEach(expectNoForeignProof);
    }
  });

  describe('when the upstream fails', () => {
    let another: Gateway;

    // Its account is not spared afterwards.
    beforeEach(async () => {
      another = await startAgentsGateway(upstream.url, ['claude-sonnet-5']);
    });

    afterEach(() => another.stop());

    it.each(FAMILY)('asks %s again that was overloaded', async (provider) => {
      upstream.follow('overloaded', { text: 'There again.' });
      expect(await ask(provider)).toMatchObject({ code: 0, stdout: 'There again.\n' });
    });

    it.each(FAMILY)('says that %s stays overloaded', async (provider) => {
      upstream.follow('overloaded');
      const run = await ask(provider);
      expect(run.code).toBe(1);
      expect(run.stdout).toMatch(/^API Error: 529 /);
    });

    it.each(FAMILY)(
      'asks for the whole when the stream of %s reports an error',
      async (provider) => {
        upstream.follow({ breaksAfter: 'Half an' }, { text: 'A whole answer.' });
        expect(await ask(provider)).toMatchObject({ code: 0, stdout: 'A whole answer.\n' });
      },
    );

    it.each(FAMILY)('asks for the whole when the stream of %s is cut', async (provider) => {
      upstream.follow({ diesAfter: 'Half an' }, { text: 'A whole answer.' });
      expect(await ask(provider)).toMatchObject({ code: 0, stdout: 'A whole answer.\n' });
    });

    it('does not notice that others take over in the middle of a task', async () => {
      const writes = ['1.txt', '2.txt', '3.txt'].map((name) => oneCall(name, name).writes);
      const [first, second, third] = writes.map((call) => ({ thought: 'Next.', calls: [call] }));
      const moves = [first!, 'overloaded', second!, 'overloaded', 'overloaded', third!] as const;
      upstream.follow(...moves, { text: 'Done.' });
      const run = await claude('claude-sonnet-5-anywhere', 'Three files.', { url: another.url });
      expect(run).toMatchObject({ code: 0, stdout: 'Done.\n' });
      const providers = upstream.asked.map(({ provider }) => provider);
      expect(providers.slice(0, 3)).toEqual(['gemini', 'gemini', 'anthropic']);
      expect(new Set(providers).size).toBe(3);
      upstream.asked.forEach(expectNoForeignProof);
      const { history } = upstream.asked.at(-1)!;
      expect(history.calls.map((call) => call.arguments)).toEqual(
        writes.map((call) => call.arguments),
      );
      expectAnswered(history);
    });

    function ask(provider: ProviderType): Promise<AgentRun> {
      return claude(`claude-sonnet-5-on-${provider}`, 'Are you there?', { url: another.url });
    }
  });

  function claude(
    model: string,
    prompt: string,
    { url = gateway.url, continues = false } = {},
  ): Promise<AgentRun> {
    const more = continues ? ['--continue'] : [];
    return home.run(
      'claude',
      ['-p', prompt, '--model', model, '--allowedTools', 'Bash,Read,Write', ...more],
      {
        ANTHROPIC_BASE_URL: url,
        ANTHROPIC_API_KEY: KEY,
        CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
        CLAUDE_CODE_MAX_RETRIES: '2',
      },
    );
  }

  function task(): [ScriptedCall, ScriptedCall, ScriptedCall] {
    const file_path = home.path('hello.txt');
    return [
      { name: 'Write', arguments: { file_path, content: 'hello' } },
      { name: 'Read', arguments: { file_path } },
      {
        name: 'Bash',
        arguments: {
          command: `tr a-z A-Z < hello.txt > ${home.path('shout.txt')}`,
          description: 'Shout',
        },
      },
    ];
  }

  function oneCall(name: string, content: string): { writes: ScriptedCall } {
    return { writes: { name: 'Write', arguments: { file_path: home.path(name), content } } };
  }
});

/** What providers cache must not change from turn to turn. */
function expectStablePrefix(bodies: readonly Record<string, unknown>[]): void {
  const prefixes = bodies.map(({ systemInstruction, messages, tools }) =>
    JSON.stringify([systemInstruction ?? (messages as unknown[])[0], tools]),
  );
  expect(new Set(prefixes).size).toBe(1);
  expect(prefixes[0]!.includes('x-anthropic-billing-header')).toBe(false);
}
