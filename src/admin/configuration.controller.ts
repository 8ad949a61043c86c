import { Controller, Get, HttpCode, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentActor, type Actor } from '../audit/actor.js';
import { AuditService } from '../audit/audit.service.js';
import { AcceptsAdminKey, ForAdmins } from '../access/audience.js';
import { CurrentCatalog } from '../catalog/current-catalog.js';
import { ConfigurationReload } from './configuration-reload.js';
import { ConfigurationVersionDto } from './dto/configuration-version.dto.js';

@ForAdmins()
@AcceptsAdminKey()
@ApiTags('Configuration')
@Controller('admin/v1/config')
export class ConfigurationController {
  constructor(
    private readonly configuration: ConfigurationReload,
    private readonly current: CurrentCatalog,
    private readonly audit: AuditService,
  ) {}

  /** Which version this instance serves by. */
  @Get('version')
  version(): ConfigurationVersionDto {
    return ConfigurationVersionDto.from(this.current.catalog, this.configuration);
  }

  /** Reads the configuration file again. When it is wrong, the answer is 422 with line and reason, and nothing has changed. */
  @Post('reload')
  @HttpCode(200)
  async reload(@CurrentActor() actor: Actor): Promise<ConfigurationVersionDto> {
    await this.configuration.reload();
    await this.audit.record({ actor, action: 'configuration.reload' });
    return this.version();
  }
}
