import type { AuditEntry } from '../audit-entry.entity.js';

export class AuditEntryDto {
  /** @example "42" */
  id: string;

  at: Date;

  /** Null for the operator's ADMIN_KEY and for the configuration file. */
  actor_id: string | null;

  /** @example "admin" */
  actor_name: string;

  /** @example "api_key.create" */
  action: string;

  /** @example "api_key" */
  object_type: string | null;

  object_id: string | null;

  /**
   * The fields that changed. Secrets are never among them.
   * @example { "name": { "from": "old", "to": "new" } }
   */
  changes: object | null;

  /** Where the request came from. */
  address: string | null;

  request_id: string | null;

  static from(entry: AuditEntry): AuditEntryDto {
    return {
      id: entry.id,
      at: entry.at,
      actor_id: entry.actorId,
      actor_name: entry.actorName,
      action: entry.action,
      object_type: entry.objectType,
      object_id: entry.objectId,
      changes: entry.changes,
      address: entry.address,
      request_id: entry.requestId,
    };
  }
}

export class AuditPageDto {
  data: AuditEntryDto[];

  /** Null on the last page. */
  next_cursor: string | null;
}
