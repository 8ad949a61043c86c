import { Check, Column, Entity, PrimaryGeneratedColumn, Unique } from 'typeorm';
import type { Role } from './principal.js';

@Entity('users')
@Unique('users_username_key', ['username'])
@Check('users_username_check', 'username = lower(username)')
@Check('users_role_check', `role IN ('admin', 'user')`)
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

  @Column({ name: 'created_at', type: 'timestamptz', precision: 3 })
  createdAt: Date;

  @Column({ name: 'updated_at', type: 'timestamptz', precision: 3 })
  updatedAt: Date;
}

/** What the audit log shows of a user. */
export function auditedState({ username, role, isActive }: User): object {
  return { username, role, is_active: isActive };
}
