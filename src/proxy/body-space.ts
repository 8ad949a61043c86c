import { UnavailableError } from '../common/gateway-error.js';

/** Memory for the bodies of all requests together: each alone is bounded, but many large ones at once would fill any machine. */
export class BodySpace {
  private used = 0;

  constructor(private readonly maxBytes: number) {}

  get usedBytes(): number {
    return this.used;
  }

  /** Throws UnavailableError when there is no room; nothing is taken then. */
  take(bytes: number): void {
    if (this.used + bytes > this.maxBytes) {
      throw new UnavailableError('the gateway holds as many bytes of requests as it may');
    }
    this.used += bytes;
  }

  giveBack(bytes: number): void {
    this.used -= bytes;
  }
}
