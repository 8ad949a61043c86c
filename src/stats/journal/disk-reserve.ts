import { mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Space that is held by a file of zeros and given up when the disk is full: what has begun must still be able to end, and a
 * segment to be replaced by the little of it that is still needed.
 */
export class DiskReserve {
  private held = false;
  private lost = false;

  constructor(
    private readonly path: string,
    private readonly bytes: number,
  ) {}

  get isHeld(): boolean {
    return this.held;
  }

  /** Given up, and not got back yet. */
  get isLost(): boolean {
    return this.lost;
  }

  /** False when there is no space for it. */
  take(): boolean {
    if (this.held) return true;
    try {
      mkdirSync(dirname(this.path), { recursive: true, mode: 0o700 });
      const size = statSync(this.path, { throwIfNoEntry: false })?.size;
      if (size !== this.bytes) writeFileSync(this.path, Buffer.alloc(this.bytes), { mode: 0o600 });
      this.held = true;
      this.lost = false;
    } catch {
      this.giveUp();
    }
    return this.held;
  }

  giveUp(): void {
    this.held = false;
    this.lost = true;
    this.remove();
  }

  /** At an orderly end. */
  remove(): void {
    this.held = false;
    try {
      rmSync(this.path, { force: true });
    } catch {
      // The disk has other troubles, of which the journal tells.
    }
  }
}
