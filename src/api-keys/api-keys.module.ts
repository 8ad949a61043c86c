import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '../audit/audit.module.js';
import { GatewayConfig } from '../config/gateway-config.js';
import { ApiKeyHasher } from './api-key-secret.js';
import { ApiKey } from './api-key.entity.js';
import { ApiKeysController } from './api-keys.controller.js';
import { ApiKeysService } from './api-keys.service.js';
import { FileApiKeys } from './file-api-keys.js';

@Module({
  imports: [TypeOrmModule.forFeature([ApiKey]), AuditModule],
  controllers: [ApiKeysController],
  providers: [
    ApiKeysService,
    FileApiKeys,
    {
      provide: ApiKeyHasher,
      inject: [GatewayConfig],
      useFactory: ({ secrets }: GatewayConfig) => new ApiKeyHasher(secrets.apiKeyPepper),
    },
  ],
  exports: [ApiKeysService, ApiKeyHasher, FileApiKeys],
})
export class ApiKeysModule {}
