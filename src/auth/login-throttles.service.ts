import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import type { Origin } from '../audit/actor.js';
import { Clock } from '../common/clock.js';
import { TooManyLoginsError } from './auth-error.js';
import { networkOf } from './network.js';
import {
  accountRule,
  addressRule,
  type ThrottleRule,
  type ThrottleState,
} from './throttle-rule.js';

/** One who tries to log in: the account by the name as it was typed, known or not, and where from. */
export interface LoginSource extends Origin {
  readonly username: string;
}

interface Subject {
  key: string;
  rule: ThrottleRule;
}

interface ThrottleRow extends ThrottleState {
  subject: string;
}

/**
 * Counts failed logins where all instances see them. Several passwords may be under check when one of them blocks the
 * account; what they would have answered is withheld, so a burst learns no more than one attempt after the other.
 */
@Injectable()
export class LoginThrottles {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly clock: Clock,
  ) {}

  /** Throws TooManyLoginsError while either subject is blocked, whatever the password. */
  async refuseBlocked(source: LoginSource): Promise<void> {
    this.refuse(await this.read(this.dataSource.manager, subjectsOf(source), ''));
  }

  /** Throws TooManyLoginsError instead of counting when the source was blocked meanwhile. */
  async recordFailure(source: LoginSource): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      const subjects = subjectsOf(source);
      await this.ensureRows(manager, subjects);
      const rows = await this.read(manager, subjects, 'FOR UPDATE');
      const now = this.refuse(rows);
      for (const { key, rule } of subjects) {
        const before = rows.find(({ subject, failures }) => subject === key && failures > 0);
        await this.write(manager, key, rule(before ?? null, now));
      }
    });
  }

  /** Clears the account. Throws TooManyLoginsError when the source was blocked meanwhile. */
  async recordSuccess(source: LoginSource): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      const subjects = subjectsOf(source);
      this.refuse(await this.read(manager, subjects, 'FOR UPDATE'));
      await manager.query('DELETE FROM login_throttles WHERE subject = $1', [subjects[0].key]);
    });
  }

  private refuse(rows: readonly ThrottleRow[]): Date {
    const now = this.clock.now();
    const until = Math.max(0, ...rows.map(({ blockedUntil }) => blockedUntil?.getTime() ?? 0));
    if (until > now) throw new TooManyLoginsError(Math.ceil((until - now) / 1000));
    return new Date(now);
  }

  private read(
    manager: EntityManager,
    subjects: readonly Subject[],
    lock: '' | 'FOR UPDATE',
  ): Promise<ThrottleRow[]> {
    return manager.query<ThrottleRow[]>(
      `SELECT subject, failures, counting_since AS "countingSince",
              blocked_until AS "blockedUntil", updated_at AS "updatedAt"
       FROM login_throttles WHERE subject = ANY($1) ORDER BY subject ${lock}`,
      [subjects.map(({ key }) => key)],
    );
  }

  /** So that there is a row to lock; accounts before addresses, or two logins could wait for each other. */
  private async ensureRows(manager: EntityManager, subjects: readonly Subject[]): Promise<void> {
    await manager.query(
      `INSERT INTO login_throttles (subject, failures, counting_since, updated_at)
       SELECT subject, 0, $2::timestamptz, $2::timestamptz FROM unnest($1::text[]) AS subject
       ORDER BY subject ON CONFLICT (subject) DO NOTHING`,
      [subjects.map(({ key }) => key), new Date(this.clock.now())],
    );
  }

  private async write(manager: EntityManager, key: string, state: ThrottleState): Promise<void> {
    await manager.query(
      `INSERT INTO login_throttles (subject, failures, counting_since, blocked_until, updated_at)
       VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (subject) DO UPDATE SET failures = excluded.failures,
         counting_since = excluded.counting_since, blocked_until = excluded.blocked_until,
         updated_at = excluded.updated_at`,
      [key, state.failures, state.countingSince, state.blockedUntil, state.updatedAt],
    );
  }
}

function subjectsOf({ username, address }: LoginSource): [Subject, Subject] {
  return [
    { key: `account:${username.toLowerCase()}`, rule: accountRule },
    { key: `address:${networkOf(address ?? '')}`, rule: addressRule },
  ];
}
