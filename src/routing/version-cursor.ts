import { InvalidRequestError } from '../common/gateway-error.js';

/** The version that the page before ended with; null for the first page. Throws InvalidRequestError. */
export function versionCursor(cursor: string | undefined): number | null {
  if (cursor === undefined) return null;
  if (/^\d{1,9}$/.test(cursor)) return Number(cursor);
  throw new InvalidRequestError('cursor: not one that this list gave out', { param: 'cursor' });
}
