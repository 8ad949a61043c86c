import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request } from 'express';
import { ForbiddenError } from '../common/gateway-error.js';
import { GatewayConfig } from '../config/gateway-config.js';
import {
  ACCEPTS_ADMIN_KEY,
  AUDIENCE,
  BEFORE_PASSWORD_CHANGE,
  type Audience,
} from '../access/audience.js';
import { setPrincipal, type Principal } from '../access/principal.js';
import { ADMIN_KEY_PRINCIPAL, AdminKey } from './admin-key.js';
import { PasswordChangeRequiredError } from './auth-error.js';
import { credentialOf } from './credential.js';
import { JwtAuthGuard } from './jwt-auth.guard.js';
import type { SessionUser } from './sessions.service.js';

/**
 * In front of every route. It goes by what the handler declares and never by the path, which a client can spell in many
 * ways; what declares nothing is closed. Routes for clients check their API key themselves.
 */
@Injectable()
export class AuthGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly config: GatewayConfig,
    private readonly adminKey: AdminKey,
    private readonly jwt: JwtAuthGuard,
  ) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const audience = this.declared<Audience>(AUDIENCE, context);
    if (audience === 'public' || audience === 'client') return true;
    if (audience === undefined) throw new ForbiddenError('this route is open to nobody');
    return this.admitPerson(context, audience);
  }

  private async admitPerson(context: ExecutionContext, audience: Audience): Promise<boolean> {
    const request = context.switchToHttp().getRequest<Request>();
    const principal = this.isOperator(context, request)
      ? ADMIN_KEY_PRINCIPAL
      : await this.signedIn(context, request);
    if (audience === 'admin' && principal.role !== 'admin') {
      throw new ForbiddenError('only for administrators');
    }
    setPrincipal(request, principal);
    return true;
  }

  private isOperator(context: ExecutionContext, request: Request): boolean {
    if (!this.declared<boolean>(ACCEPTS_ADMIN_KEY, context)) return false;
    const credential = credentialOf(request);
    return credential !== null && this.adminKey.matches(credential);
  }

  private async signedIn(context: ExecutionContext, request: Request): Promise<Principal> {
    await this.jwt.canActivate(context);
    const { id, username, role, sessionId, mustChangePassword } = request.user as SessionUser;
    const restricted = this.config.production && mustChangePassword;
    if (restricted && !this.declared<boolean>(BEFORE_PASSWORD_CHANGE, context)) {
      throw new PasswordChangeRequiredError();
    }
    return { userId: id, username, role, sessionId };
  }

  private declared<T>(key: symbol, context: ExecutionContext): T | undefined {
    return this.reflector.getAllAndOverride<T>(key, [context.getHandler(), context.getClass()]);
  }
}
