import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { openSync, closeSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Pin } from './cores.ts';

export interface NodeProcessOptions {
  readonly pin: Pin;
  readonly script: string;
  readonly arguments?: readonly string[];
  readonly nodeOptions?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Where its output goes. */
  readonly log: string;
}

const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 20_000;

/** A Node.js program in a process of its own, which can be asked things. */
export class NodeProcess {
  readonly name: string;
  private readonly child: ChildProcess;

  constructor(options: NodeProcessOptions) {
    const { pin, script, env, cwd, log, nodeOptions = [] } = options;
    this.name = script;
    const output = openSync(log, 'a');
    const [program, ...rest] = [...pin, process.execPath, ...nodeOptions, script];
    this.child = spawn(program!, [...rest, ...(options.arguments ?? [])], {
      ...(cwd !== undefined && { cwd }),
      env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...env },
      stdio: ['ignore', output, output, 'ipc'],
    });
    closeSync(output);
  }

  get pid(): number {
    return this.child.pid!;
  }

  /** The next message; rejects when the process ends before. */
  async message<T>(): Promise<T> {
    const abort = new AbortController();
    const options = { signal: abort.signal };
    try {
      const message = once(this.child, 'message', options).then(([value]) => value as T);
      const exit = once(this.child, 'exit', options).then(([code]) => {
        throw new Error(`${this.name} ended with ${code}`);
      });
      exit.catch(() => undefined);
      message.catch(() => undefined);
      return await Promise.race([message, exit]);
    } finally {
      abort.abort();
    }
  }

  /** Sends a message and resolves with the answer to it. */
  async ask<T>(question: unknown): Promise<T> {
    const answer = this.message<T>();
    this.child.send(question as object);
    return answer;
  }

  /** Resolves when it accepts connections. */
  async untilListening(port: number): Promise<void> {
    await this.until(() => accepts(port));
  }

  async until(condition: () => Promise<boolean>): Promise<void> {
    const deadline = Date.now() + START_TIMEOUT_MS;
    while (!(await condition())) {
      if (this.child.exitCode !== null) throw new Error(`${this.name} ended during its start`);
      if (Date.now() > deadline) throw new Error(`${this.name} does not get ready`);
      await sleep(10);
    }
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const exit = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    const timer = setTimeout(() => this.child.kill('SIGKILL'), STOP_TIMEOUT_MS);
    await exit;
    clearTimeout(timer);
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
