import { Injectable } from '@nestjs/common';
import { AuthGuard as PassportGuard } from '@nestjs/passport';
import { UnauthenticatedError } from '../common/gateway-error.js';

/** Passport's guard with our errors: what is wrong with a token is nobody's business but its expiry. */
@Injectable()
export class JwtAuthGuard extends PassportGuard('jwt') {
  override handleRequest<User>(error: unknown, user: User | false, info?: { name?: string }): User {
    if (error) throw error;
    if (user) return user;
    throw new UnauthenticatedError(
      info?.name === 'TokenExpiredError'
        ? 'the access token has expired'
        : 'sign in: this needs a valid access token',
    );
  }
}
