import type { EntityManager, FindOptionsWhere } from 'typeorm';
import type { Actor } from '../audit/actor.js';
import { ownerFilter } from '../access/principal.js';
import { ConflictError, NotFoundError } from '../common/gateway-error.js';
import { ApiKey } from './api-key.entity.js';

/**
 * For a change: read under a lock, so that what is written and what is logged fit together. Throws ConflictError for a key of the
 * configuration file.
 */
export async function editable(id: string, actor: Actor, manager: EntityManager): Promise<ApiKey> {
  const where = ownedBy(actor, id);
  const key = found(await manager.findOne(ApiKey, { where, lock: { mode: 'pessimistic_write' } }));
  if (key.managedBy === null) return key;
  throw new ConflictError(`"${key.name}" is managed by the configuration file: change it there`);
}

/** Another's key is not found, even by its id. */
export function ownedBy(actor: Actor, id: string): FindOptionsWhere<ApiKey> {
  const ownerId = ownerFilter(actor);
  return ownerId === null ? { id } : { id, ownerId };
}

export function found(key: ApiKey | null): ApiKey {
  if (key) return key;
  throw new NotFoundError('no such API key');
}
