import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const READY_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 45_000;

/** A gateway as a child process, with settings of its own: an empty DATA_DIR, a free port, no variable of the caller's. */
export class GatewayProcess {
  #child;
  #dataDir;
  #output = '';

  constructor(child, dataDir) {
    this.#child = child;
    this.#dataDir = dataDir;
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => (this.#output += chunk.toString('utf8')));
    }
  }

  /**
   * Resolves when it is ready for requests.
   * @param {string[]} command
   * @param {string} [directory] where the command runs; the empty DATA_DIR when absent, so that no .env is read
   */
  static async start([program, ...programArguments], directory) {
    const dataDir = await mkdtemp(join(tmpdir(), 'llm-gateway-'));
    const { PATH, HOME } = process.env;
    const child = spawn(program, programArguments, {
      cwd: directory ?? dataDir,
      env: { PATH, HOME, PORT: '0', DATA_DIR: dataDir, LOG_FORMAT: 'json', LOG_LEVEL: 'info' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const gateway = new GatewayProcess(child, dataDir);
    try {
      await gateway.#untilReady();
    } catch (error) {
      await gateway.stop();
      throw error;
    }
    return gateway;
  }

  get url() {
    return /listening on (http:\/\/[^\s"]+)/.exec(this.#output)?.[1];
  }

  get output() {
    return this.#output;
  }

  /** The answer's JSON; throws when the status is not a good one. */
  async call(method, path, { token, body } = {}) {
    const response = await this.send(method, path, { token, body });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text ? JSON.parse(text) : undefined;
  }

  send(method, path, { token, body, headers } = {}) {
    return fetch(this.url + path, {
      method,
      headers: {
        ...(token && { authorization: `Bearer ${token}` }),
        ...(body && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body && { body: JSON.stringify(body) }),
    });
  }

  /** Resolves with the exit code. */
  async stop() {
    const child = this.#child;
    if (child.exitCode === null && child.signalCode === null) {
      const exit = once(child, 'exit');
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
      await exit;
      clearTimeout(timer);
    }
    await rm(this.#dataDir, { recursive: true, force: true });
    return child.exitCode;
  }

  async #untilReady() {
    const deadline = Date.now() + READY_TIMEOUT_MS;
    while (Date.now() < deadline) {
      if (this.#child.exitCode !== null) throw new Error(`the gateway ended:\n${this.#output}`);
      if (this.url && (await this.send('GET', '/health/ready')).ok) return;
      await sleep(20);
    }
    throw new Error(`the gateway is not ready:\n${this.#output}`);
  }
}

/** The JSON of each event of a streamed answer; OpenAI's closing [DONE] is none. */
export async function* readEvents(response) {
  let rest = '';
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop();
    for (const line of lines) {
      const data = /^data: ?(.*)$/.exec(line)?.[1];
      if (data && data !== '[DONE]') yield JSON.parse(data);
    }
  }
}

/** What an event adds to the text, in either client protocol. */
export function textOf(event) {
  return event.choices?.[0]?.delta?.content ?? event.delta?.text ?? '';
}
