import type { ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request } from 'express';
import {
  ForbiddenError,
  InvalidRequestError,
  UnauthenticatedError,
} from '../common/gateway-error.js';
import type { GatewayConfig } from '../config/gateway-config.js';
import {
  AcceptsAdminKey,
  BeforePasswordChange,
  ForAdmins,
  ForClients,
  ForUsers,
  Public,
} from '../access/audience.js';
import { principalOf } from '../access/principal.js';
import { AdminKey } from './admin-key.js';
import { PasswordChangeRequiredError } from './auth-error.js';
import { AuthGuard } from './auth.guard.js';
import type { JwtAuthGuard } from './jwt-auth.guard.js';
import type { SessionUser } from './sessions.service.js';

const ADMIN_KEY = 'the-operators-own-key';

class Routes {
  undeclared(): void {}
  @Public() open(): void {}
  @ForClients() client(): void {}
  @ForUsers() user(): void {}
  @ForAdmins() admin(): void {}
  @ForAdmins() @AcceptsAdminKey() operator(): void {}
  @ForUsers() @BeforePasswordChange() password(): void {}
}

@ForAdmins()
@AcceptsAdminKey()
class AdminRoutes {
  inherited(): void {}
  @ForUsers() looser(): void {}
}

describe('AuthGuard', () => {
  it('closes a route that declares no audience', () => {
    expect(() => call('undeclared', { user: person('admin') })).toThrow(ForbiddenError);
  });

  it.each(['open', 'client'] as const)('lets everybody through to %s routes', (route) => {
    expect(call(route)).toBe(true);
  });

  it('goes by the class where the handler says nothing, and by the handler where it does', async () => {
    const user = person('user');
    await expect(call('inherited', { user }, AdminRoutes)).rejects.toThrow(ForbiddenError);
    await expect(call('looser', { user }, AdminRoutes)).resolves.toBe(true);
  });

  it.each(['user', 'admin', 'operator', 'password'] as const)(
    'asks for a sign-in on %s',
    async (route) => {
      await expect(call(route)).rejects.toThrow(UnauthenticatedError);
    },
  );

  it('keeps users from routes of administrators', async () => {
    await expect(call('admin', { user: person('user') })).rejects.toThrow(ForbiddenError);
    await expect(call('admin', { user: person('admin') })).resolves.toBe(true);
  });

  it('makes the person known to the handler', async () => {
    const request = { user: person('user') };
    await call('user', request);
    expect(principalOf(request as unknown as Request)).toEqual({
      userId: 'user-id',
      username: 'ada',
      role: 'user',
      sessionId: 'session-id',
    });
  });

  it.each([
    ['Authorization', `Bearer ${ADMIN_KEY}`],
    ['X-Api-Key', ADMIN_KEY],
  ])('takes the ADMIN_KEY from %s as an administrator without a user', async (...rawHeaders) => {
    const request = { rawHeaders };
    await expect(call('operator', request)).resolves.toBe(true);
    expect(principalOf(request as unknown as Request)).toMatchObject({
      userId: null,
      role: 'admin',
    });
  });

  it.each(['user', 'admin', 'password'] as const)(
    'does not take the ADMIN_KEY on a %s route that does not say so',
    async (route) => {
      const rawHeaders = ['x-api-key', ADMIN_KEY];
      await expect(call(route, { rawHeaders })).rejects.toThrow(UnauthenticatedError);
    },
  );

  it('refuses a wrong ADMIN_KEY, and any where none is set', async () => {
    const wrong = { rawHeaders: ['x-api-key', `${ADMIN_KEY}x`] };
    await expect(call('operator', wrong)).rejects.toThrow(UnauthenticatedError);
    const any = { rawHeaders: ['x-api-key', 'undefined'] };
    await expect(call('operator', any, Routes, { ADMIN_KEY: undefined })).rejects.toThrow(
      UnauthenticatedError,
    );
  });

  it('refuses the ADMIN_KEY beside another credential', async () => {
    const rawHeaders = ['authorization', 'Bearer other', 'x-api-key', ADMIN_KEY];
    await expect(call('operator', { rawHeaders })).rejects.toThrow(InvalidRequestError);
  });

  it('holds a person with an initial password to changing it, in production', async () => {
    const user = { ...person('admin'), mustChangePassword: true };
    const production = { production: true };
    await expect(call('user', { user }, Routes, production)).rejects.toThrow(
      PasswordChangeRequiredError,
    );
    await expect(call('password', { user }, Routes, production)).resolves.toBe(true);
    await expect(call('user', { user })).resolves.toBe(true);
  });
});

interface FakeRequest {
  rawHeaders?: string[];
  /** Who the access token belongs to; there is none without. */
  user?: SessionUser;
}

function call<T extends object>(
  route: keyof T & string,
  request: FakeRequest = {},
  controller: new () => T = Routes as unknown as new () => T,
  { production = false, ...environment }: { production?: boolean; ADMIN_KEY?: undefined } = {},
): boolean | Promise<boolean> {
  const config = {
    production,
    environment: { ADMIN_KEY, ...environment },
  } as unknown as GatewayConfig;
  const jwt = {
    canActivate: () =>
      request.user ? Promise.resolve(true) : Promise.reject(new UnauthenticatedError('sign in')),
  } as unknown as JwtAuthGuard;
  request.rawHeaders ??= [];
  const context = {
    getHandler: () => controller.prototype[route] as unknown,
    getClass: () => controller,
    switchToHttp: () => ({ getRequest: () => request }),
  } as unknown as ExecutionContext;
  return new AuthGuard(new Reflector(), config, new AdminKey(config), jwt).canActivate(context);
}

function person(role: 'admin' | 'user'): SessionUser {
  return {
    id: 'user-id',
    username: 'ada',
    role,
    mustChangePassword: false,
    tokenVersion: 0,
    createdAt: new Date(0),
    sessionId: 'session-id',
  };
}
