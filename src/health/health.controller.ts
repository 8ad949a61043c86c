import { Controller, Get, HttpCode } from '@nestjs/common';
import { Public } from '../auth/audience.js';
import { UnavailableError } from '../common/gateway-error.js';
import { DatabaseService } from '../database/database.service.js';

@Public()
@Controller('health')
export class HealthController {
  constructor(private readonly database: DatabaseService) {}

  @Get()
  @HttpCode(200)
  ok(): { status: string } {
    return { status: 'ok' };
  }

  @Get('live')
  live(): { status: string } {
    return { status: 'ok' };
  }

  @Get('ready')
  ready(): { status: string } {
    if (this.database.state !== 'ready') throw new UnavailableError('starting');
    return { status: 'ok' };
  }
}
