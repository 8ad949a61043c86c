import { Check, Column, Entity, Index, PrimaryColumn, Unique } from 'typeorm';

@Entity('upstream_accounts')
@Unique('upstream_accounts_name_key', ['name'])
@Unique('upstream_accounts_external_id_key', ['externalId'])
@Index('upstream_accounts_created_at_idx', ['createdAt', 'id'])
@Check('upstream_accounts_circuit_check', `circuit IN ('forced_open', 'disabled')`)
@Check('upstream_accounts_weight_check', 'weight BETWEEN 1 AND 1000')
export class UpstreamAccount {
  @PrimaryColumn({ name: 'id', type: 'uuid', primaryKeyConstraintName: 'upstream_accounts_pkey' })
  id: string;

  @Column({ name: 'name', type: 'text' })
  name: string;

  /** The caller's own name for it, on the routes that have one. */
  @Column({ name: 'external_id', type: 'text', nullable: true })
  externalId: string | null;

  /** The id of its adapter, never an alias. */
  @Column({ name: 'provider', type: 'text' })
  provider: string;

  /** Null is the provider's own address. */
  @Column({ name: 'base_url', type: 'text', nullable: true })
  baseUrl: string | null;

  /** Of CredentialCipher, bound to this row. */
  @Column({ name: 'credential', type: 'bytea' })
  credential: Buffer;

  @Column({ name: 'credential_key_id', type: 'text' })
  credentialKeyId: string;

  /** The credential's last characters, to recognise it by. */
  @Column({ name: 'credential_hint', type: 'text' })
  credentialHint: string;

  @Column({ name: 'weight', type: 'integer' })
  weight: number;

  /** The lower, the earlier. */
  @Column({ name: 'priority', type: 'integer' })
  priority: number;

  @Column({ name: 'is_enabled', type: 'boolean' })
  isEnabled: boolean;

  /** Patterns; none is whatever the provider serves. */
  @Column({ name: 'models', type: 'text', array: true })
  models: string[];

  /** From the name a client uses to the upstream's own. */
  @Column({ name: 'model_mapping', type: 'jsonb' })
  modelMapping: object;

  @Column({ name: 'max_concurrency', type: 'integer', nullable: true })
  maxConcurrency: number | null;

  @Column({ name: 'requests_per_minute', type: 'integer', nullable: true })
  requestsPerMinute: number | null;

  @Column({ name: 'tokens_per_minute', type: 'integer', nullable: true })
  tokensPerMinute: number | null;

  /** Null is the gateway's setting. */
  @Column({ name: 'verify_ssl', type: 'boolean', nullable: true })
  verifySsl: boolean | null;

  /** What an operator has ordered of its circuit breakers; null leaves them alone. */
  @Column({ name: 'circuit', type: 'text', nullable: true })
  circuit: 'forced_open' | 'disabled' | null;

  /** `file` when the configuration file declares it; then nothing else may change it. */
  @Column({ name: 'managed_by', type: 'text', nullable: true })
  managedBy: 'file' | null;

  @Column({ name: 'created_at', type: 'timestamptz', precision: 3 })
  createdAt: Date;

  @Column({ name: 'updated_at', type: 'timestamptz', precision: 3 })
  updatedAt: Date;
}
