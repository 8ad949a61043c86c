import { InvalidRequestError } from '../common/gateway-error.js';

/** OWASP's minimum where a password is the only factor. */
export const MIN_PASSWORD_LENGTH = 15;
/** Longer input would only buy a caller more of our time. */
export const MAX_PASSWORD_LENGTH = 128;

/** Throws InvalidRequestError for a password that the username gives away; its length is checked by the DTO. */
export function refuseGuessable(password: string, username: string, param: string): void {
  if (password.toLowerCase() === username.toLowerCase()) {
    throw new InvalidRequestError(`${param} must not be the username`, { param });
  }
}
