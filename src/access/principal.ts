import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';

export type Role = 'admin' | 'user';

/** Who is signed in on a route for people. */
export interface Principal {
  /** Null for the operator's ADMIN_KEY, which belongs to no user. */
  readonly userId: string | null;
  readonly username: string;
  readonly role: Role;
  /** Null for the ADMIN_KEY. */
  readonly sessionId: string | null;
}

const principals = new WeakMap<Request, Principal>();

export function setPrincipal(request: Request, principal: Principal): void {
  principals.set(request, principal);
}

export function principalOf(request: Request): Principal | undefined {
  return principals.get(request);
}

/** Whose objects a person may see: null means everybody's. */
export function ownerFilter(principal: Principal): string | null {
  return principal.role === 'admin' ? null : principal.userId;
}

export const CurrentPrincipal = createParamDecorator(
  (_: unknown, context: ExecutionContext): Principal =>
    principals.get(context.switchToHttp().getRequest<Request>())!,
);
