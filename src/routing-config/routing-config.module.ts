import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '../audit/audit.module.js';
import { FileRouting } from './file-routing.js';
import { RoutingConfigVersion } from './routing-config.entity.js';
import { RoutingConfigsService } from './routing-configs.service.js';

/** The routing configuration and its history. What it means is known above, where routing reads it out of the catalog. */
@Module({
  imports: [TypeOrmModule.forFeature([RoutingConfigVersion]), AuditModule],
  providers: [RoutingConfigsService, FileRouting],
  exports: [RoutingConfigsService, FileRouting],
})
export class RoutingConfigModule {}
