import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** Failed logins of one account or one network. */
@Entity('login_throttles')
export class LoginThrottle {
  /** `account:` and the name that was tried, whether or not it exists, or `address:` and a network. */
  @PrimaryColumn({
    name: 'subject',
    type: 'text',
    primaryKeyConstraintName: 'login_throttles_pkey',
  })
  subject: string;

  @Column({ name: 'failures', type: 'integer' })
  failures: number;

  @Column({ name: 'counting_since', type: 'timestamptz', precision: 3 })
  countingSince: Date;

  @Column({ name: 'blocked_until', type: 'timestamptz', precision: 3, nullable: true })
  blockedUntil: Date | null;

  @Index('login_throttles_updated_at_idx')
  @Column({ name: 'updated_at', type: 'timestamptz', precision: 3 })
  updatedAt: Date;
}
