import { Injectable, type ArgumentMetadata, type PipeTransform } from '@nestjs/common';
import { InvalidRequestError, NotFoundError } from './gateway-error.js';
import { isStorable, NOT_STORABLE } from './storable-text.js';

/**
 * Refuses what PostgreSQL cannot keep, for all routes of the gateway's own API: else one field that somebody forgets answers a
 * mistake of the caller's with "internal error".
 */
@Injectable()
export class StorableTextPipe implements PipeTransform {
  transform(value: unknown, { type, data }: ArgumentMetadata): unknown {
    if (type === 'custom') return value;
    const fault = faultIn(value, data ?? '');
    if (fault === null) return value;
    // What cannot be a name names nothing.
    if (type === 'param') throw new NotFoundError(`no such ${fault}`);
    throw new InvalidRequestError(`${fault}: ${NOT_STORABLE}`, { param: fault });
  }
}

/** The path of the first text that cannot be kept, or of the member whose name cannot; null when there is none. */
function faultIn(value: unknown, path: string): string | null {
  if (typeof value === 'string') return isStorable(value) ? null : path;
  if (typeof value !== 'object' || value === null) return null;
  for (const [name, member] of Object.entries(value)) {
    if (!isStorable(name)) return path;
    const fault = faultIn(member, path ? `${path}.${name}` : name);
    if (fault !== null) return fault;
  }
  return null;
}
