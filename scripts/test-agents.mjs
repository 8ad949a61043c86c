import './require-node.mjs';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { buildWhenStale, root } from './build-when-stale.mjs';

/**
 * Runs real coding agents against the built gateway and scripted providers. They are no dependencies of the project:
 * they are installed when they are needed, in .cache. Where the registry is out of reach that is said, and nothing failed.
 */
const AGENTS = {
  claude: { package: '@anthropic-ai/claude-code', version: '2.1.329' },
  codex: { package: '@openai/codex', version: '0.169.0' },
};
const INSTALL_TIMEOUT_MS = 300_000;
const directory = join(root, '.cache/agents');
const run = promisify(execFile);

const missing = [];
for (const [program, { version }] of Object.entries(AGENTS)) {
  if (!(await isInstalled(program, version))) missing.push(program);
}
const reason = missing.length > 0 ? await install() : null;
if (reason) {
  process.stdout.write(`The agents cannot be installed, so their tests are skipped: ${reason}\n`);
  process.stdout.write(`0 passed, 0 failed, ${Object.keys(AGENTS).length} skipped\n`);
} else {
  await buildWhenStale();
  process.exitCode = await test();
}

async function isInstalled(program, version) {
  try {
    const { stdout } = await run(join(directory, 'node_modules/.bin', program), ['--version'], {
      env: { PATH: process.env.PATH, HOME: directory, CODEX_HOME: directory },
      timeout: 60_000,
    });
    return stdout.includes(version);
  } catch {
    return false;
  }
}

/** Null, or why it did not work. */
async function install() {
  const packages = Object.values(AGENTS).map(({ package: name, version }) => `${name}@${version}`);
  process.stderr.write(`Installing ${packages.join(' and ')} in .cache/agents …\n`);
  await mkdir(directory, { recursive: true });
  try {
    const options = ['--prefix', directory, '--no-audit', '--no-fund', '--fetch-retries', '1'];
    await run('npm', ['install', '--loglevel', 'error', ...options, ...packages], {
      cwd: directory,
      timeout: INSTALL_TIMEOUT_MS,
    });
  } catch (error) {
    return error.killed
      ? 'npm took too long'
      : error.stderr?.trim().split('\n', 1)[0] || error.message;
  }
  for (const [program, { version }] of Object.entries(AGENTS)) {
    if (!(await isInstalled(program, version))) return `${program} does not run on this machine`;
  }
  return null;
}

async function test() {
  const jest = join(root, 'node_modules/jest/bin/jest.js');
  const flags = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
  const config = ['--config', join(root, 'test/agents/jest.config.mjs')];
  const child = spawn(process.execPath, [...flags, jest, ...config, ...process.argv.slice(2)], {
    cwd: root,
    stdio: 'inherit',
  });
  const [code] = await once(child, 'exit');
  return code ?? 1;
}
