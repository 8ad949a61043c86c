import { InvalidRequestError } from '../common/gateway-error.js';

/** A name that the caller gave does not change: who repeats it in the body means the one in the address. */
export function refuseOtherId(id: string, body: { id?: string }): void {
  if (body.id === undefined || body.id === id) return;
  throw new InvalidRequestError('id: must be the one in the address, or absent', { param: 'id' });
}
