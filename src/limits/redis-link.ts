import { setTimeout as sleep } from 'node:timers/promises';
import type { createClient, RedisClientType } from '@redis/client';
import type { Script } from './redis-scripts.js';
import { SilenceWatch } from './silence-watch.js';

/** Redis did not answer in time, could not be reached, or is being left alone for a while. */
export class RedisAwayError extends Error {
  override get name(): string {
    return 'RedisAwayError';
  }
}

export interface RedisLinkOptions {
  readonly url: string;
  readonly connectTimeoutMs: number;
  readonly commandTimeoutMs: number;
  /** Called when Redis is left alone, and when it is back. */
  onChange(isUp: boolean, reason: string): void;
}

const FAILURES_TO_SKIP = 3;
const PROBE_INTERVAL_MS = 1_000;
const RECONNECT_MS = 500;
const PROBE_KEY = '{llm-gateway}:probe';

/**
 * A connection that never makes anybody wait: each command has its deadline, three failures in a row end all tries, and only a
 * probe in the background finds out when Redis is back.
 */
export class RedisLink {
  private client: RedisClientType | null = null;
  private failures = 0;
  private failedProbes = 0;
  private skipping = false;
  private probing: NodeJS.Timeout | null = null;
  private closed = false;
  private readonly silence: SilenceWatch;

  constructor(
    private readonly options: RedisLinkOptions,
    private readonly create: typeof createClient,
  ) {
    this.silence = new SilenceWatch(options.commandTimeoutMs);
  }

  /** Loads the client only for those who have a Redis. */
  static async to(options: RedisLinkOptions): Promise<RedisLink> {
    const { createClient: create } = await import('@redis/client');
    return new RedisLink(options, create);
  }

  /** Whether commands are tried at all. */
  get isUp(): boolean {
    return !this.skipping && (this.client?.isReady ?? false);
  }

  /** Resolves when Redis answers or the time to connect is over; whichever, calls can be served. */
  async open(): Promise<void> {
    const { connectTimeoutMs } = this.options;
    const isConnected = this.connect().then(
      () => true,
      () => false,
    );
    const isTooLate = sleep(connectTimeoutMs, false, { ref: false });
    if (!(await Promise.race([isConnected, isTooLate]))) this.skip('not connected');
  }

  /** Throws RedisAwayError, before the deadline. */
  async run({ source, sha1 }: Script, keys: string[], args: string[]): Promise<unknown> {
    const rest = [String(keys.length), ...keys, ...args];
    try {
      return await this.command(['EVALSHA', sha1, ...rest]);
    } catch (error) {
      if (!isUnknownScript(error)) throw error;
      return await this.command(['EVAL', source, ...rest]);
    }
  }

  close(): void {
    this.closed = true;
    if (this.probing) clearTimeout(this.probing);
    this.discard();
  }

  /** Throws RedisAwayError, before the deadline. */
  async command(words: string[]): Promise<unknown> {
    if (!this.isUp) {
      // Not connected: nothing was asked, but somebody has to look for it.
      this.skip('not connected');
      throw new RedisAwayError('skipped');
    }
    try {
      const reply = await this.answered(this.client!.sendCommand<unknown>(words));
      this.failures = 0;
      return reply;
    } catch (cause) {
      if (isUnknownScript(cause)) throw cause;
      const { message } = cause as Error;
      if (++this.failures >= FAILURES_TO_SKIP) this.skip(message);
      throw new RedisAwayError(message, { cause });
    }
  }

  private answered<Reply>(work: Promise<Reply>): Promise<Reply> {
    const { commandTimeoutMs } = this.options;
    return this.silence.within(work, () => new RedisAwayError(`silent for ${commandTimeoutMs} ms`));
  }

  private skip(reason: string): void {
    if (this.skipping || this.closed) return;
    this.skipping = true;
    this.failedProbes = 0;
    this.options.onChange(false, reason);
    this.scheduleProbe();
  }

  private scheduleProbe(): void {
    this.probing = setTimeout(() => void this.probe(), PROBE_INTERVAL_MS).unref();
  }

  private async probe(): Promise<void> {
    try {
      if (!this.client?.isReady) throw new RedisAwayError('not connected');
      // Something to keep: one that is full, or has become a replica, would answer to a PING.
      await this.answered(this.client.sendCommand(['SET', PROBE_KEY, '', 'PX', '1']));
      this.failures = 0;
      this.skipping = false;
      this.options.onChange(true, 'answers again');
    } catch {
      if (this.closed) return;
      // A connection can be dead without saying so.
      if (++this.failedProbes % FAILURES_TO_SKIP === 0) void this.connect().catch(() => {});
      this.scheduleProbe();
    }
  }

  private connect(): Promise<unknown> {
    this.discard();
    const { url, connectTimeoutMs } = this.options;
    const client = this.create({
      url,
      socket: { connectTimeout: connectTimeoutMs, reconnectStrategy: () => RECONNECT_MS },
      disableOfflineQueue: true,
      maintNotifications: 'disabled',
      clientInfoTag: 'llm-gateway',
    });
    // Without a listener an error would end the process; it shows in every command anyway.
    client.on('error', () => {});
    this.client = client;
    return client.connect();
  }

  private discard(): void {
    if (this.client?.isOpen) this.client.destroy();
    this.client = null;
  }
}

function isUnknownScript(error: unknown): boolean {
  return (error as Error).message.startsWith('NOSCRIPT');
}
