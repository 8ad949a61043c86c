import type { TokenUsage } from './token-usage.js';

/**
 * What an event of an upstream stream means to a gateway that copies it:
 * - `prelude`: nothing a client could use yet (a role, a keep-alive): another upstream could still answer instead
 * - `content`: part of the answer, or its end; from the first one on the answer is this upstream's
 * - `usage`: only the usage that was asked for on the gateway's own account
 * - `error`: the provider's error in a stream that began as a success
 */
export type EventMeaning = 'prelude' | 'content' | 'usage' | 'error';

/** Reads a stream that is passed through, and remembers what the account of it needs. */
export interface StreamWatcher {
  read(event: Buffer): EventMeaning;
  /**
   * How many events a chunk consists of, when it begins with one and they are nothing but content; 0 when the chunk must be
   * cut and its events read one by one.
   */
  countPlain(chunk: Buffer): number;
  /** The provider's own numbers; null while it has sent none. */
  readonly usage: TokenUsage | null;
  /** Whether the protocol's end was seen: a stream that ends without it was cut. */
  readonly finished: boolean;
  /** The provider's words for its error event. */
  readonly errorMessage: string | null;
}
