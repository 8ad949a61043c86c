import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { MessageReader } from './http-reader.ts';
import { summarise, type Percentiles } from './statistics.ts';

/** What a good answer looks like; anything else counts as an error. */
export interface Expectation {
  /** Content events; null: a JSON document. */
  readonly events: number | null;
  /** Must be near the end of the answer. */
  readonly terminator: string;
}

export interface LoadJob {
  readonly port: number;
  /** Whole HTTP requests, sent in turn. */
  readonly requests: readonly string[];
  readonly connections: number;
  /** No new request after this; those under way are waited for. */
  readonly durationMs: number;
  /** Requests a second, whatever the answers do; absent: each connection sends when it has its answer. */
  readonly ratePerSecond?: number;
  /** At most so many requests. */
  readonly limit?: number;
  readonly expect: Expectation;
}

export interface LoadResult {
  readonly completed: number;
  readonly errors: Readonly<Record<string, number>>;
  /** From the moment it should have been sent to the end of the answer, milliseconds. */
  readonly latencyMs: Percentiles;
  /** To the first bytes of the body. */
  readonly firstByteMs: Percentiles;
  /** Between the first request and the last answer. */
  readonly elapsedMs: number;
}

const ANSWER_TIMEOUT_MS = 120_000;
const TAIL_BYTES = 256;
const NOTHING: Buffer = Buffer.alloc(0);

/** Sends requests and keeps the times. */
export class Load {
  private readonly job: LoadJob;
  private readonly requests: readonly Buffer[];
  private readonly latencies: number[] = [];
  private readonly firstBytes: number[] = [];
  private readonly errors: Record<string, number> = {};
  private sent = 0;

  constructor(job: LoadJob) {
    this.job = job;
    this.requests = job.requests.map((request) => Buffer.from(request));
  }

  async run(): Promise<LoadResult> {
    const connections = Array.from(
      { length: this.job.connections },
      () => new Connection(this.job),
    );
    const startedAt = performance.now();
    if (this.job.ratePerSecond) await this.runByRate(connections, this.job.ratePerSecond);
    else await Promise.all(connections.map((connection) => this.runClosed(connection, startedAt)));
    const elapsedMs = performance.now() - startedAt;
    for (const connection of connections) connection.close();
    return {
      completed: this.latencies.length,
      errors: this.errors,
      latencyMs: summarise(this.latencies),
      firstByteMs: summarise(this.firstBytes),
      elapsedMs,
    };
  }

  private async runClosed(connection: Connection, startedAt: number): Promise<void> {
    const { durationMs, limit = Infinity } = this.job;
    while (performance.now() - startedAt < durationMs && this.sent < limit) {
      await this.send(connection, performance.now());
    }
  }

  /** Times run from when a request was due, so that one that waits for a connection is not forgotten. */
  private async runByRate(free: Connection[], ratePerSecond: number): Promise<void> {
    const startedAt = performance.now();
    const total = Math.round((this.job.durationMs * ratePerSecond) / 1_000);
    const under: Promise<void>[] = [];
    for (let index = 0; index < total; index++) {
      const dueAt = startedAt + (index * 1_000) / ratePerSecond;
      const waitMs = dueAt - performance.now();
      if (waitMs > 0) await sleep(waitMs);
      const connection = free.pop() ?? new Connection(this.job);
      under.push(this.send(connection, dueAt).then(() => void free.push(connection)));
    }
    await Promise.all(under);
  }

  private async send(connection: Connection, dueAt: number): Promise<void> {
    const request = this.requests[this.sent++ % this.requests.length]!;
    try {
      const firstByteAt = await connection.exchange(request);
      this.latencies.push(performance.now() - dueAt);
      this.firstBytes.push(firstByteAt - dueAt);
    } catch (error) {
      const { message } = error as Error;
      this.errors[message] = (this.errors[message] ?? 0) + 1;
      // A server that refuses everything at once must not be asked ten thousand times.
      await sleep(20);
    }
  }
}

/** One connection, one request at a time; connects anew when it was closed. */
class Connection {
  private readonly job: LoadJob;
  private socket: Socket | null = null;
  private done: ((error: Error | null) => void) | null = null;
  private head = '';
  private firstByteAt = 0;
  private events = 0;
  private tail = NOTHING;

  constructor(job: LoadJob) {
    this.job = job;
  }

  /** Resolves with the time of the first bytes of the body. */
  async exchange(request: Buffer): Promise<number> {
    this.head = '';
    this.firstByteAt = 0;
    this.events = 0;
    this.tail = NOTHING;
    const socket = (this.socket ??= this.open());
    await new Promise<void>((resolve, reject) => {
      this.done = (error) => (error ? reject(error) : resolve());
      socket.write(request);
    });
    return this.firstByteAt;
  }

  close(): void {
    this.socket?.destroy();
  }

  private open(): Socket {
    const { port } = this.job;
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    const reader = new MessageReader({
      head: (head) => (this.head = head),
      body: (bytes) => this.read(bytes),
      end: () => this.finish(this.complaint()),
    });
    socket.setTimeout(ANSWER_TIMEOUT_MS, () => socket.destroy(new Error('no answer')));
    socket.on('data', (chunk) => reader.push(chunk));
    socket.on('error', (error) => this.finish(error));
    socket.on('close', () => {
      this.socket = null;
      this.finish(new Error('connection closed before the end of the answer'));
    });
    return socket;
  }

  private read(bytes: Buffer): void {
    this.firstByteAt ||= performance.now();
    if (this.job.expect.events !== null) this.events += eventsIn(bytes);
    this.tail =
      bytes.length >= TAIL_BYTES ? bytes : Buffer.concat([this.tail, bytes]).subarray(-TAIL_BYTES);
  }

  private complaint(): Error | null {
    const { events, terminator } = this.job.expect;
    if (!this.head.startsWith('http/1.1 200')) {
      return new Error(`${this.head.split('\r\n', 1)[0]}: ${this.tail.toString('utf8', 0, 80)}`);
    }
    if (events !== null && this.events < events) return new Error(`only ${this.events} events`);
    return this.tail.includes(terminator) ? null : new Error(`no ${terminator} at the end`);
  }

  private finish(error: Error | null): void {
    const done = this.done;
    this.done = null;
    done?.(error);
  }
}

function eventsIn(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf('\n\n'); at !== -1; at = bytes.indexOf('\n\n', at + 2)) count++;
  return count;
}
