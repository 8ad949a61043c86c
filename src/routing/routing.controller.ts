import {
  Body,
  Controller,
  Get,
  HttpCode,
  Param,
  ParseIntPipe,
  Post,
  Put,
  Query,
  UseInterceptors,
} from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentActor, type Actor } from '../audit/actor.js';
import { AcceptsAdminKey, ForAdmins } from '../access/audience.js';
import { CurrentCatalog } from '../catalog/current-catalog.js';
import { TakesEffectBeforeAnswer } from '../common/configuration-changes.js';
import { PageQuery } from '../common/page.js';
import { Peers } from '../common/peers.js';
import type { RoutingConfig } from '../routing-config/routing-config.js';
import { RoutingConfigsService } from '../routing-config/routing-configs.service.js';
import {
  RoutingConfigDto,
  RoutingConfigPageDto,
  UpdateRoutingConfigDto,
} from './dto/routing-config.dto.js';
import { AccountRoutingStatsDto, RoutingStatsDto } from './dto/routing-stats.dto.js';
import { UpstreamReport } from './upstream-report.js';
import { versionCursor } from './version-cursor.js';

@ForAdmins()
@AcceptsAdminKey()
@ApiTags('Routing')
@UseInterceptors(TakesEffectBeforeAnswer)
@Controller('v1/routing')
export class RoutingController {
  constructor(
    private readonly configs: RoutingConfigsService,
    private readonly upstreams: UpstreamReport,
    private readonly current: CurrentCatalog,
    private readonly peers: Peers,
  ) {}

  /** What routing knows of every account that is asked, as this instance has learnt it. */
  @Get('stats')
  stats(): RoutingStatsDto {
    const { routing, version } = this.current.catalog;
    return {
      strategy: routing.strategy,
      enabled: routing.enabled,
      configuration_version: version,
      worker: this.peers.worker,
      accounts: this.upstreams.all().map((report) => AccountRoutingStatsDto.from(report)),
    };
  }

  /** What is in force. */
  @Get('config')
  async config(): Promise<RoutingConfigDto> {
    return RoutingConfigDto.from(await this.configs.current());
  }

  /** Changes the fields that are sent; takes effect at once, on every instance, without a restart. */
  @Put('config')
  async change(
    @Body() body: UpdateRoutingConfigDto,
    @CurrentActor() actor: Actor,
  ): Promise<RoutingConfigDto> {
    return RoutingConfigDto.from(await this.configs.change(fieldsOf(body), actor));
  }

  /** Every version there ever was, newest first. */
  @Get('config/versions')
  async versions(@Query() { limit, cursor }: PageQuery): Promise<RoutingConfigPageDto> {
    const rows = await this.configs.list(limit + 1, versionCursor(cursor));
    const shown = rows.slice(0, limit);
    return {
      data: shown.map((row) => RoutingConfigDto.from(row)),
      next_cursor: rows.length > limit ? String(shown.at(-1)!.version) : null,
    };
  }

  /** Writes an old version again as the newest. */
  @Post('config/versions/:version/restore')
  @HttpCode(200)
  async restore(
    @Param('version', ParseIntPipe) version: number,
    @CurrentActor() actor: Actor,
  ): Promise<RoutingConfigDto> {
    return RoutingConfigDto.from(await this.configs.restore(version, actor));
  }
}

/** A plain object, as it is kept. */
function fieldsOf(body: UpdateRoutingConfigDto): Partial<RoutingConfig> {
  return JSON.parse(JSON.stringify(body)) as Partial<RoutingConfig>;
}
