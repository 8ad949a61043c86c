import { SetMetadata, type CustomDecorator } from '@nestjs/common';

/**
 * Who may call a route. A route that declares none is closed to everybody, and a test fails.
 * - `public`: anyone, without credentials (probes, login, metrics)
 * - `client`: a program with one of our API keys
 * - `user`: a signed-in person, or the operator's ADMIN_KEY
 * - `admin`: a signed-in administrator, or the operator's ADMIN_KEY
 */
export type Audience = 'public' | 'client' | 'user' | 'admin';

export const AUDIENCE = Symbol('audience');

export const Public = (): CustomDecorator<symbol> => SetMetadata(AUDIENCE, 'public');
export const ForClients = (): CustomDecorator<symbol> => SetMetadata(AUDIENCE, 'client');
export const ForUsers = (): CustomDecorator<symbol> => SetMetadata(AUDIENCE, 'user');
export const ForAdmins = (): CustomDecorator<symbol> => SetMetadata(AUDIENCE, 'admin');
