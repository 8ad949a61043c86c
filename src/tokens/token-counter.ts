import { Worker } from 'node:worker_threads';
import { UnavailableError } from '../common/gateway-error.js';
import type { CountAnswer, CountRequest } from './token-worker.js';

/** What waits in memory for the worker. */
const MAX_WAITING = 64;
/** The tables take 70 MB: a gateway that counts once an hour should not keep them. */
const IDLE_MS = 300_000;

interface Waiting {
  resolve(tokens: number): void;
  reject(error: Error): void;
}

/**
 * Counts tokens with OpenAI's o200k_base encoding in a thread of its own, which is started when first needed: neither loading
 * the tables nor a long text ever holds up a stream. Exact for OpenAI's newer models, an estimate for all others.
 */
export class TokenCounter {
  private worker: Worker | null = null;
  private readonly waiting = new Map<number, Waiting>();
  private nextId = 0;
  private idle: NodeJS.Timeout | null = null;

  /** Whether the tables are in memory, so that another count costs little. */
  get isRunning(): boolean {
    return this.worker !== null;
  }

  /** Throws UnavailableError when too much waits already. */
  count(texts: readonly string[]): Promise<number> {
    if (this.waiting.size >= MAX_WAITING) {
      throw new UnavailableError('too many token counts are waiting');
    }
    if (this.idle) clearTimeout(this.idle);
    const worker = (this.worker ??= this.start());
    const id = this.nextId++;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      worker.postMessage({ id, texts } satisfies CountRequest);
    });
  }

  async close(): Promise<void> {
    if (this.idle) clearTimeout(this.idle);
    await this.worker?.terminate();
    this.worker = null;
  }

  private start(): Worker {
    const worker = new Worker(new URL('./token-worker.js', import.meta.url));
    worker.unref();
    worker.on('message', ({ id, tokens }: CountAnswer) => {
      this.waiting.get(id)?.resolve(tokens);
      this.waiting.delete(id);
      if (this.waiting.size === 0) {
        this.idle = setTimeout(() => void this.close(), IDLE_MS).unref();
      }
    });
    worker.on('error', (error) => this.lose(error));
    worker.on('exit', () => this.lose(new Error('the token worker stopped')));
    return worker;
  }

  private lose(error: Error): void {
    this.worker = null;
    for (const waiter of this.waiting.values()) waiter.reject(error);
    this.waiting.clear();
  }
}
