import { Check, Column, Entity, PrimaryGeneratedColumn, Unique } from 'typeorm';
import { bigintColumn } from '../common/bigint-column.js';
import { formatUsd } from '../common/money.js';
import type { BudgetPeriod } from '../common/usage-limits.js';
import type { Role } from '../access/principal.js';

@Entity('users')
@Unique('users_username_key', ['username'])
@Check('users_username_check', 'username = lower(username)')
@Check('users_role_check', `role IN ('admin', 'user')`)
@Check(
  'users_budget_check',
  '(budget_nano_usd IS NULL) = (budget_period IS NULL) AND budget_nano_usd >= 0',
)
@Check('users_budget_period_check', `budget_period IN ('day', 'week', 'month', 'total')`)
export class User {
  @PrimaryGeneratedColumn('uuid', { primaryKeyConstraintName: 'users_pkey' })
  id: string;

  /** Always lower case, so that a name is unique whatever its case. */
  @Column({ name: 'username', type: 'text' })
  username: string;

  @Column({ name: 'password_hash', type: 'text', select: false })
  passwordHash: string;

  @Column({ name: 'role', type: 'text' })
  role: Role;

  @Column({ name: 'is_active', type: 'boolean', default: true })
  isActive: boolean;

  /** The password was chosen by the gateway or its documentation, not by this person. */
  @Column({ name: 'must_change_password', type: 'boolean', default: false })
  mustChangePassword: boolean;

  /** Access tokens carry it; counting it up ends all that were issued before. */
  @Column({ name: 'token_version', type: 'integer', default: 0 })
  tokenVersion: number;

  /** How requests with this user's keys are routed, where a key does not say. */
  @Column({ name: 'routing_preferences', type: 'jsonb', nullable: true })
  routingPreferences: object | null;

  /** What all keys of the user may use together; null is unlimited. */
  @Column({ name: 'requests_per_minute', type: 'integer', nullable: true })
  requestsPerMinute: number | null;

  @Column({ name: 'tokens_per_minute', type: 'integer', nullable: true })
  tokensPerMinute: number | null;

  @Column({ name: 'max_concurrency', type: 'integer', nullable: true })
  maxConcurrency: number | null;

  @Column({ name: 'budget_nano_usd', type: 'bigint', nullable: true, transformer: bigintColumn })
  budgetNanoUsd: bigint | null;

  @Column({ name: 'budget_period', type: 'text', nullable: true })
  budgetPeriod: BudgetPeriod | null;

  @Column({ name: 'created_at', type: 'timestamptz', precision: 3 })
  createdAt: Date;

  @Column({ name: 'updated_at', type: 'timestamptz', precision: 3 })
  updatedAt: Date;
}

/** What the audit log shows of a user. */
export function auditedState(user: User): object {
  return {
    username: user.username,
    role: user.role,
    is_active: user.isActive,
    requests_per_minute: user.requestsPerMinute ?? null,
    tokens_per_minute: user.tokensPerMinute ?? null,
    max_concurrency: user.maxConcurrency ?? null,
    budget: budgetOf(user),
    routing_preferences: user.routingPreferences ?? null,
  };
}

/** As the API shows it. */
export function budgetOf({ budgetNanoUsd, budgetPeriod }: User): {
  amount_usd: string;
  period: BudgetPeriod;
} | null {
  // A user just made has no column it was not given.
  if (budgetNanoUsd == null || budgetPeriod == null) return null;
  return { amount_usd: formatUsd(budgetNanoUsd), period: budgetPeriod };
}
