import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const TIMEOUT_MS = 60_000;
const BINARIES = resolve('.cache/agents/node_modules/.bin');

export interface AgentRun {
  /** Null when it had to be killed. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly durationMs: number;
}

/** An agent's world: a home and a folder to work in, which nothing else on the machine shares. */
export class AgentHome {
  private constructor(private readonly directory: string) {}

  static async create(): Promise<AgentHome> {
    const directory = await mkdtemp(join(tmpdir(), 'gateway-agent-'));
    await mkdir(join(directory, 'home'));
    await mkdir(join(directory, 'work'));
    return new AgentHome(directory);
  }

  path(name: string): string {
    return join(this.directory, 'work', name);
  }

  read(name: string): Promise<string> {
    return readFile(this.path(name), 'utf8');
  }

  remove(): Promise<void> {
    return rm(this.directory, { recursive: true, force: true, maxRetries: 5 });
  }

  /** Runs to the end, which comes after a minute at the latest. */
  run(
    program: 'claude' | 'codex',
    programArguments: readonly string[],
    env: Readonly<Record<string, string>>,
  ): Promise<AgentRun> {
    const home = join(this.directory, 'home');
    const startedAt = performance.now();
    const child = spawn(join(BINARIES, program), programArguments, {
      cwd: join(this.directory, 'work'),
      env: {
        PATH: process.env['PATH'],
        HOME: home,
        CODEX_HOME: home,
        CLAUDE_CONFIG_DIR: home,
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
      // A group of its own, so that what the agent started ends with it.
      detached: true,
    });
    const output = { stdout: '', stderr: '' };
    child.stdout.on('data', (chunk: Buffer) => (output.stdout += chunk.toString('utf8')));
    child.stderr.on('data', (chunk: Buffer) => (output.stderr += chunk.toString('utf8')));
    const timer = setTimeout(() => process.kill(-child.pid!, 'SIGKILL'), TIMEOUT_MS);
    return new Promise((done, failed) => {
      child.once('error', failed);
      child.once('close', (code) => {
        clearTimeout(timer);
        done({ code, ...output, durationMs: performance.now() - startedAt });
      });
    });
  }
}
