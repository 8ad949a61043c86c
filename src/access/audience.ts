import { applyDecorators, SetMetadata, type CustomDecorator } from '@nestjs/common';
import { ApiBearerAuth } from '@nestjs/swagger';

/**
 * Who may call a route. A route that declares none is closed to everybody, and a test fails.
 * - `public`: anyone, without credentials (probes, login, metrics)
 * - `client`: a program with one of our API keys
 * - `user`: a signed-in person
 * - `admin`: a signed-in administrator
 * The operator's ADMIN_KEY counts as an administrator where a route also says `@AcceptsAdminKey()`.
 */
export type Audience = 'public' | 'client' | 'user' | 'admin';

export const AUDIENCE = Symbol('audience');
export const ACCEPTS_ADMIN_KEY = Symbol('accepts-admin-key');
export const BEFORE_PASSWORD_CHANGE = Symbol('before-password-change');

export const Public = (): CustomDecorator<symbol> => SetMetadata(AUDIENCE, 'public');
export const ForClients = (): RouteDecorator => withCredential('client', 'programs');
export const ForUsers = (): RouteDecorator => withCredential('user', 'people');
export const ForAdmins = (): RouteDecorator => withCredential('admin', 'people');

/** The ADMIN_KEY opens this route of people, as an administrator would. */
export const AcceptsAdminKey = (): CustomDecorator<symbol> => SetMetadata(ACCEPTS_ADMIN_KEY, true);

/** Open to somebody who still has to replace an initial password. */
export const BeforePasswordChange = (): CustomDecorator<symbol> =>
  SetMetadata(BEFORE_PASSWORD_CHANGE, true);

type RouteDecorator = ClassDecorator & MethodDecorator;

/** @param scheme as api-docs.ts names it, so that the documentation asks for the credential the route wants */
function withCredential(audience: Audience, scheme: 'programs' | 'people'): RouteDecorator {
  return applyDecorators(SetMetadata(AUDIENCE, audience), ApiBearerAuth(scheme));
}
