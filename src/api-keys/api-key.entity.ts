import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';
import { bigintColumn } from '../common/bigint-column.js';
import type { BudgetPeriod } from '../common/usage-limits.js';

@Entity('api_keys')
@Unique('api_keys_digest_key', ['digest'], { deferrable: 'INITIALLY IMMEDIATE' })
@Unique('api_keys_external_id_key', ['externalId'])
@Index('api_keys_created_at_idx', ['createdAt', 'id'])
@Index('api_keys_owner_id_idx', ['ownerId', 'createdAt', 'id'])
@Check('api_keys_digest_check', 'octet_length(digest) = 32')
@Check('api_keys_previous_check', '(previous_digest IS NULL) = (previous_valid_until IS NULL)')
@Check('api_keys_rate_limit_check', '(requests_per_second IS NULL) = (burst_size IS NULL)')
@Check(
  'api_keys_budget_check',
  '(budget_nano_usd IS NULL) = (budget_period IS NULL) AND budget_nano_usd >= 0',
)
@Check('api_keys_budget_period_check', `budget_period IN ('day', 'week', 'month', 'total')`)
export class ApiKey {
  @PrimaryColumn({ name: 'id', type: 'uuid', primaryKeyConstraintName: 'api_keys_pkey' })
  id: string;

  /** Null for a key of the operator, such as those of the configuration file. */
  @ForeignKey('User', { name: 'api_keys_owner_id_fkey', onDelete: 'CASCADE' })
  @Column({ name: 'owner_id', type: 'uuid', nullable: true })
  ownerId: string | null;

  @Column({ name: 'name', type: 'text' })
  name: string;

  /** The beginning of the key, to recognise it by. */
  @Column({ name: 'prefix', type: 'text' })
  prefix: string;

  /** Of ApiKeyHasher; the key itself is nowhere. */
  @Column({ name: 'digest', type: 'bytea' })
  digest: Buffer;

  @Column({ name: 'previous_digest', type: 'bytea', nullable: true })
  previousDigest: Buffer | null;

  /** Until when the key before the last rotation is still good. */
  @Column({ name: 'previous_valid_until', type: 'timestamptz', precision: 3, nullable: true })
  previousValidUntil: Date | null;

  /** The caller's own name for it, on the routes that have one. */
  @Column({ name: 'external_id', type: 'text', nullable: true })
  externalId: string | null;

  @Column({ name: 'allowed_models', type: 'text', array: true })
  allowedModels: string[];

  @Column({ name: 'is_enabled', type: 'boolean' })
  isEnabled: boolean;

  @Column({ name: 'requests_per_second', type: 'integer', nullable: true })
  requestsPerSecond: number | null;

  @Column({ name: 'burst_size', type: 'integer', nullable: true })
  burstSize: number | null;

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

  @Column({ name: 'expires_at', type: 'timestamptz', precision: 3, nullable: true })
  expiresAt: Date | null;

  @Column({ name: 'routing_preferences', type: 'jsonb', nullable: true })
  routingPreferences: object | null;

  @Column({ name: 'tags', type: 'text', array: true })
  tags: string[];

  /** `file` when the configuration file declares it; then nothing else may change it. */
  @Column({ name: 'managed_by', type: 'text', nullable: true })
  managedBy: 'file' | null;

  @Column({ name: 'created_at', type: 'timestamptz', precision: 3 })
  createdAt: Date;

  @Column({ name: 'updated_at', type: 'timestamptz', precision: 3 })
  updatedAt: Date;
}
