import './require-node.mjs';
import { startSimulatedUpstream } from '../demo/simulated-upstreams.mjs';
import { buildWhenStale, root } from './build-when-stale.mjs';
import { GatewayProcess, readEvents, textOf } from './gateway-process.mjs';

const [OPENAI_MODEL, ANTHROPIC_MODEL] = ['gpt-4.1', 'claude-sonnet-5'];
const QUESTION = [{ role: 'user', content: 'Who are you?' }];

await buildWhenStale();
step('Starting three simulated upstreams and the gateway');
const upstreams = await Promise.all([
  startSimulatedUpstream({ protocol: 'openai', name: 'openai-1', models: [OPENAI_MODEL] }),
  startSimulatedUpstream({ protocol: 'openai', name: 'openai-2', models: [OPENAI_MODEL] }),
  startSimulatedUpstream({ protocol: 'anthropic', name: 'anthropic-1', models: [ANTHROPIC_MODEL] }),
]);
const gateway = await GatewayProcess.start([process.execPath, `${root}/scripts/start.mjs`]);
let exitCode = 1;
try {
  await tour();
  exitCode = 0;
} catch (error) {
  process.stderr.write(
    `\nThe demo failed: ${error.message}\n\nThe gateway said:\n${gateway.output}`,
  );
} finally {
  step('Stopping everything');
  const code = await gateway.stop();
  for (const upstream of upstreams) await upstream.stop();
  say(`the gateway ended with code ${code}`);
  process.exitCode = exitCode || code;
}

async function tour() {
  say(`the gateway listens on ${gateway.url}`);

  step('Signing in as admin, adding the three accounts and a key');
  const { access_token: token } = await gateway.call('POST', '/api/auth/login', {
    body: { username: 'admin', password: 'admin123456' },
  });
  for (const [index, { name, url }] of upstreams.entries()) {
    const provider = name.replace(/-\d$/, '');
    // openai-2 is a stand-by: a higher number comes later.
    const priority = name === 'openai-2' ? 1 : 0;
    const body = { name, provider, base_url: url, api_key: `simulated-key-${index}`, priority };
    await gateway.call('POST', '/api/upstream-accounts', { token, body });
    say(`account ${name.padEnd(12)} ${url}${priority ? '  (stand-by)' : ''}`);
  }
  const { key } = await gateway.call('POST', '/api/keys', { token, body: { name: 'Demo' } });
  say(`key     ${key.slice(0, 12)}…`);

  step("Streaming in OpenAI's protocol: POST /v1/chat/completions");
  await stream(key, '/v1/chat/completions', { model: OPENAI_MODEL, messages: QUESTION });

  step("Streaming in Anthropic's protocol: POST /v1/messages");
  await stream(key, '/v1/messages', {
    model: ANTHROPIC_MODEL,
    max_tokens: 100,
    messages: QUESTION,
  });

  step('Pulling the plug of openai-1, and asking again');
  await upstreams[0].stop();
  const account = await stream(key, '/v1/chat/completions', {
    model: OPENAI_MODEL,
    messages: QUESTION,
  });
  if (account !== 'openai-2') throw new Error(`expected openai-2 to answer, not ${account}`);

  step('What it cost: GET /api/stats/summary?group_by=account');
  await printUsage(token);
}

/** Prints the text as it comes, then who answered; resolves with the account's name. */
async function stream(key, path, body) {
  const response = await gateway.send('POST', path, {
    token: key,
    body: { ...body, stream: true },
    headers: path === '/v1/messages' ? { 'anthropic-version': '2023-06-01' } : {},
  });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  process.stdout.write('    ');
  for await (const event of readEvents(response)) process.stdout.write(textOf(event));
  process.stdout.write('\n');
  const header = (name) => response.headers.get(name);
  const account = header('x-gateway-account');
  say(`x-gateway-account: ${account}, x-gateway-attempts: ${header('x-gateway-attempts')}`);
  return account;
}

async function printUsage(token) {
  const summary = await recorded(token, 3);
  const row = (...cells) =>
    say(cells.map((cell, index) => (index ? String(cell).padStart(14) : cell.padEnd(12))).join(''));
  row('account', 'requests', 'input tokens', 'output tokens', 'cost in USD');
  for (const { name, group, requests, input_tokens, output_tokens, cost_usd } of summary.data) {
    row(name ?? group ?? '', requests, input_tokens, output_tokens, cost_usd);
  }
  const { requests, input_tokens, output_tokens, cost_usd } = summary.totals;
  row('all', requests, input_tokens, output_tokens, cost_usd);
}

/** Records reach the database in batches, a moment after the answer. */
async function recorded(token, requests) {
  for (let attempt = 0; ; attempt++) {
    const summary = await gateway.call('GET', '/api/stats/summary?group_by=account', { token });
    if (summary.totals.requests >= requests) return summary;
    if (attempt === 100) throw new Error(`${summary.totals.requests} of ${requests} recorded`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function step(title) {
  process.stdout.write(`\n▸ ${title}\n`);
}

function say(line) {
  process.stdout.write(`    ${line}\n`);
}
