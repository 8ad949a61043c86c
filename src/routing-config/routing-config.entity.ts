import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { RoutingConfig } from './routing-config.js';

@Entity('routing_configs')
export class RoutingConfigVersion {
  /** From 1; the highest is in force. */
  @PrimaryColumn({
    name: 'version',
    type: 'integer',
    primaryKeyConstraintName: 'routing_configs_pkey',
  })
  version: number;

  @Column({ name: 'config', type: 'jsonb' })
  config: RoutingConfig;

  /** `file` when the configuration file declares it; then nothing else may change it. */
  @Column({ name: 'managed_by', type: 'text', nullable: true })
  managedBy: 'file' | null;

  /** The version that was written again; null for a new one. */
  @Column({ name: 'restored_from', type: 'integer', nullable: true })
  restoredFrom: number | null;

  /** Who wrote it, by name. */
  @Column({ name: 'created_by', type: 'text' })
  createdBy: string;

  @Column({ name: 'created_at', type: 'timestamptz', precision: 3 })
  createdAt: Date;
}
