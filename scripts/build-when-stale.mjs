import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const root = resolve(import.meta.dirname, '..');

const SOURCES = [
  'src',
  'migrations',
  'ormconfig.ts',
  'tsconfig.json',
  'tsconfig.build.json',
  'nest-cli.json',
  'package-lock.json',
];

/**
 * Compiles to dist/ when it is missing or older than what it is made from. Without the compiler, as in a production
 * image, what is there is taken as it is. Ends the process when the build fails.
 */
export async function buildWhenStale() {
  const compiler = join(root, 'node_modules/@nestjs/cli/bin/nest.js');
  if (!existsSync(compiler) || isFresh()) return;
  process.stderr.write('Building (first start, or the sources have changed) …\n');
  const child = spawn(process.execPath, [compiler, 'build'], { cwd: root, stdio: 'pipe' });
  const output = [];
  child.stdout.on('data', (chunk) => output.push(chunk));
  child.stderr.on('data', (chunk) => output.push(chunk));
  // A compiler left behind would go on writing while the next start compiles again.
  const abandon = (signal) => {
    child.kill();
    process.exit(signal === 'SIGINT' ? 130 : 143);
  };
  process.once('SIGINT', abandon).once('SIGTERM', abandon);
  const [code] = await once(child, 'close');
  process.off('SIGINT', abandon).off('SIGTERM', abandon);
  if (code === 0) return;
  process.stderr.write(Buffer.concat(output));
  process.stderr.write('The build failed.\n');
  process.exit(1);
}

function isFresh() {
  // The compiler writes this file last, so it tells a finished build from one that was interrupted.
  const built = modified(join(root, 'dist/build.tsbuildinfo'));
  if (built === undefined || !existsSync(join(root, 'dist/src/main.js'))) return false;
  return SOURCES.every((name) => isOlder(join(root, name), built));
}

/** Folders count too: their time changes when a file is deleted or renamed. */
function isOlder(path, time) {
  const own = modified(path);
  if (own === undefined) return true;
  if (own > time) return false;
  if (!statSync(path).isDirectory()) return true;
  return readdirSync(path, { withFileTypes: true }).every((entry) => {
    const child = join(path, entry.name);
    if (entry.isDirectory()) return isOlder(child, time);
    return entry.name.endsWith('.spec.ts') || modified(child) <= time;
  });
}

function modified(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs;
}
