import { Injectable } from '@nestjs/common';
import { hash, verify } from '@node-rs/argon2';
import { BoundedQueue } from './bounded-queue.js';

/** OWASP's minimum for argon2id; the library's default algorithm is argon2id. */
const ARGON2 = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** What is checked when there is no user, so that the answer takes as long. Nobody knows its password. */
const NOBODY =
  '$argon2id$v=19$m=19456,t=2,p=1$Dx2RdvqW6H3IiyzqO82tLw$1wIy6EzXY4JHuEepx2kl4ViO3L/98Il3AkAUS0sO1u4';

/** Hashes are slow and take 19 MB each on purpose, so only two are worked on at a time. */
@Injectable()
export class PasswordHasher {
  private readonly queue = new BoundedQueue({ running: 2, waiting: 20 });

  hash(password: string): Promise<string> {
    return this.queue.run(() => hash(password, ARGON2));
  }

  /**
   * @param readHash called when it is this password's turn, which may be seconds later; null when there is no user. What it
   *   throws ends the check.
   */
  matches(password: string, readHash: () => Promise<string | null>): Promise<boolean> {
    return this.queue.run(async () => {
      const stored = await readHash();
      const matches = await verify(stored ?? NOBODY, password);
      return stored !== null && matches;
    });
  }
}
