import './require-node.mjs';
import { startSimulatedUpstream } from '../demo/simulated-upstreams.mjs';
import { root } from './build-when-stale.mjs';
import { GatewayProcess, readEvents, textOf } from './gateway-process.mjs';

/**
 * What a newcomer does first, on what was built: `npm start` on an empty DATA_DIR, sign in, add an account and a key, stream one
 * answer, stop. Ends with a line that any program can read.
 */
const checks = [];
const upstream = await startSimulatedUpstream({
  protocol: 'openai',
  name: 'smoke',
  models: ['gpt-4.1'],
  wordDelayMs: 1,
});
let gateway;
try {
  await check('npm start is ready', async () => {
    gateway = await GatewayProcess.start(['npm', 'start'], root);
  });
  const token = await check('the first administrator signs in', async () => {
    const body = { username: 'admin', password: 'admin123456' };
    return (await gateway.call('POST', '/api/auth/login', { body })).access_token;
  });
  const key = await check('an account and a key are added', async () => {
    const account = { name: 'smoke', provider: 'openai', base_url: upstream.url, api_key: 'smoke' };
    await gateway.call('POST', '/api/upstream-accounts', { token, body: account });
    return (await gateway.call('POST', '/api/keys', { token, body: { name: 'smoke' } })).key;
  });
  await check('an answer is streamed', async () => {
    const messages = [{ role: 'user', content: 'Hello?' }];
    const body = { model: 'gpt-4.1', stream: true, messages };
    const response = await gateway.send('POST', '/v1/chat/completions', { token: key, body });
    let text = response.ok ? '' : await response.text();
    if (response.ok) for await (const event of readEvents(response)) text += textOf(event);
    const expected = 'Hello! This is smoke, a simulated upstream, answering as gpt-4.1.';
    if (text !== expected) throw new Error(`${response.status}: ${text}`);
  });
} catch {
  // Said by check(); what comes after it cannot work either.
}
await check('it ends with code 0', async () => {
  const code = await gateway?.stop();
  if (code !== 0) throw new Error(`exit code ${code}\n${gateway?.output ?? ''}`);
}).catch(() => undefined);
await upstream.stop();

const failed = checks.filter((passed) => !passed).length;
process.stdout.write(`${checks.length - failed} passed, ${failed} failed\n`);
process.exitCode = failed ? 1 : 0;

async function check(title, run) {
  try {
    const result = await run();
    checks.push(true);
    process.stdout.write(`ok      ${title}\n`);
    return result;
  } catch (error) {
    checks.push(false);
    process.stdout.write(`FAILED  ${title}: ${error.message}\n`);
    throw error;
  }
}
