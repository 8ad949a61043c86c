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

const FAMILY: ProviderType[] = ['openai', 'anthropic', 'together', 'gemini'];

describe('Codex', () => {
  let upstream: ScriptedUpstream;
  let gateway: Gateway;
  let home: AgentHome;

  beforeAll(async () => {
    upstream = await ScriptedUpstream.start();
    gateway = await startAgentsGateway(upstream.url, ['gpt-5.5', 'gpt-5.5-switch', 'gpt-6-sol']);
  });

  afterAll(async () => {
    await gateway?.stop();
    await upstream?.stop();
  });

  beforeEach(async () => {
    home = await AgentHome.create();
  });

  afterEach(() => home.remove());

  it.each(FAMILY)('does a task with functions and a custom tool on %s', async (provider) => {
    const model = `gpt-5.5-on-${provider}`;
    const shell = command('printf hello > hello.txt; echo written');
    const patch: ScriptedCall = {
      name: 'apply_patch',
      input: '*** Begin Patch\n*** Add File: patched.txt\n+patched "here"\n*** End Patch\n',
    };
    const shout = command('tr a-z A-Z < hello.txt > shout.txt');
    upstream.follow(
      { thought: 'A file first.', text: 'I write it.', calls: [shell] },
      { thought: 'Now two things.', calls: [patch, shout] },
      { thought: 'All there.', text: 'Wrote, patched and shouted.' },
    );
    const run = await codex(model, 'Write hello.txt, patch it and shout it.');

    expect(run).toMatchObject({ code: 0, stdout: 'Wrote, patched and shouted.\n' });
    expect(await home.read('hello.txt')).toBe('hello');
    expect(await home.read('patched.txt')).toBe('patched "here"\n');
    expect(await home.read('shout.txt')).toBe('HELLO');
    expect(upstream.asked.map((turn) => turn.provider)).toEqual([provider, provider, provider]);
    const { history } = upstream.asked[2]!;
    expect(history.calls.map(({ name, arguments: given }) => [name, given])).toEqual([
      ['exec_command', shell.arguments],
      ['apply_patch', { input: patch.input }],
      ['exec_command', shout.arguments],
    ]);
    expectAnswered(history);
    if (provider !== 'openai') expectAlternation(provider, history.roles);
    expect(history.results[0]!.text).toContain('written');
    expectOwnProofs(provider, history);
    upstream.asked.forEach(expectNoForeignProof);
    expect(upstream.others).toEqual([]);

    const rows = await usageOf(gateway, model, 3);
    expect(rows).toHaveLength(3);
    for (const row of rows) expectComplete(row, provider, 'responses');
  });

  it.each(FAMILY)('does a task with tools in namespaces on %s', async (provider) => {
    const model = `gpt-6-sol-on-${provider}`;
    const script =
      "text(await tools.exec_command({ cmd: 'printf hello > hello.txt; echo done' }));";
    const nap = { namespace: 'clock', name: 'sleep', arguments: { duration_ms: 10 } };
    upstream.follow(
      { thought: 'Some code.', calls: [{ namespace: 'functions', name: 'exec', input: script }] },
      { calls: [nap] },
      { text: 'It is written.' },
    );
    const run = await codex(model, 'Write hello.txt.');

    expect(run).toMatchObject({ code: 0, stdout: 'It is written.\n' });
    expect(await home.read('hello.txt')).toBe('hello');
    const { history } = upstream.asked[2]!;
    const names = provider === 'openai' ? ['exec', 'sleep'] : ['functions__exec', 'clock__sleep'];
    expect(history.calls.map(({ name, arguments: given }) => [name, given])).toEqual([
      [names[0], { input: script }],
      [names[1], nap.arguments],
    ]);
    expectAnswered(history);
    expect(history.results[0]!.text).toContain('done');
    expectOwnProofs(provider, history);
    upstream.asked.forEach(expectNoForeignProof);
  });

  it('goes on with each provider in one conversation', async () => {
    let turns = 0;
    for (const provider of [...FAMILY, 'anthropic' as const, 'openai' as const]) {
      upstream.follow(
        { thought: `Thought of ${provider}.`, calls: [command(`echo ${provider} >> log.txt`)] },
        { text: `This was ${provider}.` },
      );
      const run = await codex(`gpt-5.5-switch-on-${provider}`, `Go on, ${provider}.`, {
        resumes: turns > 0,
      });
      expect(run).toMatchObject({ code: 0, stdout: `This was ${provider}.\n` });
      turns += 1;

      const { history } = upstream.asked.at(-1)!;
      expect(history.calls).toHaveLength(turns);
      expectAnswered(history);
      upstream.asked.forEach(expectNoForeignProof);
    }
  });

  describe('when the upstream fails', () => {
    let another: Gateway;

    // Its account is not spared afterwards.
    beforeEach(async () => {
      another = await startAgentsGateway(upstream.url, ['gpt-5.5']);
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
      expect(run.stderr).toMatch(/503 .*(the upstream is overloaded|is available at the moment)/);
    });

    it.each(FAMILY)('asks again when the stream of %s reports an error', async (provider) => {
      upstream.follow({ breaksAfter: 'Half an' }, { text: 'A whole answer.' });
      expect(await ask(provider)).toMatchObject({ code: 0, stdout: 'A whole answer.\n' });
    });

    it.each(FAMILY)('asks again when the stream of %s is cut', async (provider) => {
      upstream.follow({ diesAfter: 'Half an' }, { text: 'A whole answer.' });
      expect(await ask(provider)).toMatchObject({ code: 0, stdout: 'A whole answer.\n' });
    });

    it('does not notice that others take over in the middle of a task', async () => {
      const commands = [1, 2, 3, 4].map((number) => command(`echo ${number} >> log.txt`));
      const [first, ...others] = commands.map((call) => ({ thought: 'Next.', calls: [call] }));
      // Each time one more of them.
      const rest = others.flatMap((step, index) => [
        ...Array<'overloaded'>(index + 1).fill('overloaded'),
        step,
      ]);
      upstream.follow(first!, ...rest, { text: 'Done.' });
      const run = await codex('gpt-5.5-anywhere', 'Count to four.', { url: another.url });
      expect(run).toMatchObject({ code: 0, stdout: 'Done.\n' });
      expect(await home.read('log.txt')).toBe('1\n2\n3\n4\n');
      const providers = upstream.asked.map(({ provider }) => provider);
      expect(new Set(providers).size).toBe(FAMILY.length);
      upstream.asked.forEach(expectNoForeignProof);
      const { history } = upstream.asked.at(-1)!;
      expect(history.calls.map((call) => call.arguments)).toEqual(
        commands.map((call) => call.arguments),
      );
      expectAnswered(history);
    });

    function ask(provider: ProviderType): Promise<AgentRun> {
      return codex(`gpt-5.5-on-${provider}`, 'Are you there?', { url: another.url });
    }
  });

  function codex(
    model: string,
    prompt: string,
    { url = gateway.url, resumes = false } = {},
  ): Promise<AgentRun> {
    const provider = [
      'name="gateway"',
      `base_url="${url}/v1"`,
      'env_key="GATEWAY_KEY"',
      'wire_api="responses"',
      'request_max_retries=1',
      'stream_max_retries=1',
    ].join(', ');
    const options = [
      '--skip-git-repo-check',
      '--dangerously-bypass-approvals-and-sandbox',
      '-c',
      'model_provider=gateway',
      '-c',
      `model_providers.gateway={ ${provider} }`,
      '-m',
      model,
    ];
    const command = resumes ? ['exec', 'resume', '--last'] : ['exec'];
    return home.run('codex', [...command, ...options, prompt], { GATEWAY_KEY: KEY });
  }
});

function command(cmd: string): ScriptedCall {
  return { name: 'exec_command', arguments: { cmd } };
}
