import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '../audit/audit.module.js';
import { GatewayConfig } from '../config/gateway-config.js';
import { ProvidersModule } from '../providers/providers.module.js';
import { AccountSettings } from './account-settings.js';
import { CredentialCipher } from './credential-cipher.js';
import { FileAccounts } from './file-accounts.js';
import { UpstreamAccount } from './upstream-account.entity.js';
import { UpstreamAccountsController } from './upstream-accounts.controller.js';
import { UpstreamAccountsService } from './upstream-accounts.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([UpstreamAccount]), AuditModule, ProvidersModule],
  controllers: [UpstreamAccountsController],
  providers: [
    UpstreamAccountsService,
    FileAccounts,
    AccountSettings,
    {
      provide: CredentialCipher,
      inject: [GatewayConfig],
      useFactory: ({ secrets }: GatewayConfig) =>
        new CredentialCipher(secrets.encryption, secrets.encryptionOld),
    },
  ],
  exports: [UpstreamAccountsService, FileAccounts],
})
export class UpstreamAccountsModule {}
