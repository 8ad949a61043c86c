import {
  ForbiddenError,
  TooManyRequestsError,
  UnauthenticatedError,
} from '../common/gateway-error.js';

/** One message for an unknown name, a wrong password and a disabled user: a guesser learns nothing. */
export class InvalidCredentialsError extends UnauthenticatedError {
  override readonly code = 'invalid_credentials';

  constructor() {
    super('wrong username or password');
  }
}

export class InvalidRefreshTokenError extends UnauthenticatedError {
  override readonly code = 'invalid_refresh_token';

  constructor() {
    super('the refresh token is unknown, used, expired or revoked: sign in again');
  }
}

export class TooManyLoginsError extends TooManyRequestsError {
  override readonly code = 'too_many_logins';

  constructor(retryAfterSeconds: number) {
    super('too many failed logins, try again later', { retryAfterSeconds });
  }
}

export class PasswordChangeRequiredError extends ForbiddenError {
  override readonly code = 'password_change_required';

  constructor() {
    super('change the initial password first: POST /api/auth/password');
  }
}
