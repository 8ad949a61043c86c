import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import { principalOf, type Principal } from '../access/principal.js';

/** Where a request came from. */
export interface Origin {
  readonly address: string | null;
  readonly requestId: string | null;
}

/** Who does something, and in which request. */
export interface Actor extends Principal, Origin {}

/** What the configuration file declares is done in its name. */
export const CONFIGURATION_FILE: Actor = {
  userId: null,
  username: 'configuration file',
  role: 'admin',
  sessionId: null,
  address: null,
  requestId: null,
};

export const CurrentActor = createParamDecorator((_: unknown, context: ExecutionContext): Actor => {
  const request = context.switchToHttp().getRequest<Request>();
  return { ...principalOf(request)!, ...originOf(request) };
});

/** For routes where nobody is signed in yet. */
export const CurrentOrigin = createParamDecorator((_: unknown, context: ExecutionContext): Origin =>
  originOf(context.switchToHttp().getRequest<Request>()),
);

function originOf({ ip, res }: Request): Origin {
  const requestId = res?.getHeader('x-request-id');
  return {
    address: ip ?? null,
    requestId: requestId === undefined ? null : String(requestId),
  };
}
