import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { AcceptsAdminKey, ForAdmins } from '../access/audience.js';
import { SystemStatusDto } from './dto/system-status.dto.js';
import { SystemStatus } from './system-status.js';

@ForAdmins()
@ApiTags('System')
@Controller('api/system')
export class SystemController {
  constructor(private readonly system: SystemStatus) {}

  /** What runs, since when, on which configuration, and whether anything waits. */
  @Get('status')
  status(): Promise<SystemStatusDto> {
    return this.system.status();
  }
}

/** The same under its other documented address. */
@ForAdmins()
@AcceptsAdminKey()
@ApiTags('System')
@Controller('v1/admin')
export class AdminStatusController {
  constructor(private readonly system: SystemStatus) {}

  /** The same as GET /api/system/status. */
  @Get('status')
  status(): Promise<SystemStatusDto> {
    return this.system.status();
  }
}
