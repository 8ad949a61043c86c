import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { JwtModule } from '@nestjs/jwt';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '../audit/audit.module.js';
import { GatewayConfig } from '../config/gateway-config.js';
import { AccessTokens, jwtOptions } from './access-tokens.js';
import { AdminKey } from './admin-key.js';
import { AuthController } from './auth.controller.js';
import { AuthGuard } from './auth.guard.js';
import { AuthService } from './auth.service.js';
import { CredentialsService } from './credentials.service.js';
import { ExpiredRows } from './expired-rows.js';
import { JwtAuthGuard } from './jwt-auth.guard.js';
import { JwtStrategy } from './jwt.strategy.js';
import { LoginThrottle } from './login-throttle.entity.js';
import { LoginThrottles } from './login-throttles.service.js';
import { OwnPasswordService } from './own-password.service.js';
import { PasswordHasher } from './password-hasher.js';
import { RefreshToken } from './refresh-token.entity.js';
import { RefreshService } from './refresh.service.js';
import { SeedUsers } from './seed-users.js';
import { Session } from './session.entity.js';
import { SessionsService } from './sessions.service.js';
import { UserChanges } from './user-changes.service.js';
import { User } from './user.entity.js';
import { UsersController } from './users.controller.js';
import { UsersService } from './users.service.js';

/** People: users, passwords, sessions, and the guard in front of every route of the gateway. */
@Module({
  imports: [
    AuditModule,
    TypeOrmModule.forFeature([User, Session, RefreshToken, LoginThrottle]),
    JwtModule.registerAsync({ inject: [GatewayConfig], useFactory: jwtOptions }),
  ],
  controllers: [AuthController, UsersController],
  providers: [
    AccessTokens,
    AdminKey,
    AuthGuard,
    AuthService,
    CredentialsService,
    ExpiredRows,
    JwtAuthGuard,
    JwtStrategy,
    LoginThrottles,
    OwnPasswordService,
    PasswordHasher,
    RefreshService,
    SeedUsers,
    SessionsService,
    UserChanges,
    UsersService,
    { provide: APP_GUARD, useExisting: AuthGuard },
  ],
})
export class AuthModule {}
