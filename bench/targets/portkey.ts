import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { NodeProcess } from '../node-process.ts';
import { pathOf, PROBED, type Target } from './target.ts';

const VERSION = '1.15.2';
const INSTALL_TIMEOUT_MS = 120_000;
const HOME = resolve(import.meta.dirname, '../../.cache/bench', `portkey-${VERSION}`);
const PROGRAM = join(HOME, 'node_modules/@portkey-ai/gateway/build/start-server.js');

/**
 * With the web server it was written for: with any later one it answers every stream with 500, "immutable".
 * https://github.com/Portkey-AI/gateway/issues/1389
 */
const MANIFEST = {
  private: true,
  dependencies: { '@portkey-ai/gateway': VERSION },
  overrides: { '@hono/node-server': '1.13.8' },
};

/** The one other gateway on Node.js. It is no dependency of the project: installed when it is needed, in .cache. */
export const portkey: Target = {
  name: 'portkey',
  start: async ({ pin, upstreamPort, directory, freePort }) => {
    if (!existsSync(PROGRAM)) await install();
    const port = await freePort();
    const process = new NodeProcess({
      pin,
      script: PROGRAM,
      arguments: [`--port=${port}`],
      nodeOptions: PROBED,
      // Without it, it keeps a log for its console page.
      env: { NODE_ENV: 'production' },
      log: join(directory, 'portkey.log'),
    });
    await process.untilListening(port);
    return {
      name: 'portkey',
      port,
      process,
      address: (workload, model) => ({
        path: pathOf(workload),
        model,
        headers: {
          authorization: 'Bearer sk-bench',
          'x-portkey-provider': workload.upstream,
          'x-portkey-custom-host': `http://127.0.0.1:${upstreamPort}/v1`,
        },
      }),
      stop: () => process.stop(),
    };
  },
};

async function install(): Promise<void> {
  globalThis.process.stderr.write(`Installing @portkey-ai/gateway@${VERSION} in .cache/bench …\n`);
  await mkdir(HOME, { recursive: true });
  await writeFile(join(HOME, 'package.json'), JSON.stringify(MANIFEST));
  await promisify(execFile)('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts'], {
    cwd: HOME,
    timeout: INSTALL_TIMEOUT_MS,
  });
}
