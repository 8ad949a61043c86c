import { Controller, Get, UseFilters } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { HealthCheck, HealthCheckService, type HealthCheckResult } from '@nestjs/terminus';
import { Public } from '../access/audience.js';
import { Lifecycle } from '../common/lifecycle.js';
import { UnavailableError } from '../common/gateway-error.js';
import { DatabaseService } from '../database/database.service.js';
import { HealthComponents } from './components/health-components.js';
import { HealthCheckFilter } from './health-check.filter.js';

export class StatusDto {
  /** @example ok */
  status: string;
}

const OK: StatusDto = { status: 'ok' };

/** For Kubernetes, balancers and people with curl. */
@Public()
@ApiTags('Health')
@Controller('health')
export class HealthController {
  constructor(
    private readonly database: DatabaseService,
    private readonly lifecycle: Lifecycle,
    private readonly checks: HealthCheckService,
    private readonly components: HealthComponents,
  ) {}

  /** The process answers. */
  @Get()
  ok(): StatusDto {
    return OK;
  }

  /** Fails only when the process should be killed and started again. */
  @Get('live')
  live(): StatusDto {
    return OK;
  }

  /** 503 while starting, while draining, and with a schema that is behind. Once ready, an absent database changes nothing: calls are still served. */
  @Get('ready')
  ready(): StatusDto {
    if (this.lifecycle.phase !== 'serving') throw new UnavailableError('draining');
    if (this.database.state !== 'ready')
      throw new UnavailableError('starting: the database is not ready');
    return OK;
  }

  /** Each component and each account; 503 when a component is down, though calls may still be served. */
  @Get('detailed')
  @HealthCheck()
  @UseFilters(HealthCheckFilter)
  detailed(): Promise<HealthCheckResult> {
    return this.checks.check(this.components.all.map((component) => () => component.check()));
  }
}
