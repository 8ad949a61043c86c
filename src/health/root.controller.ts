import { Controller, Get } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Public } from '../access/audience.js';

/** Some clients and balancers ask `HEAD /` whether anybody is there. */
@Public()
@ApiExcludeController()
@Controller()
export class RootController {
  @Get()
  describe(): Record<string, string> {
    return { name: 'llm-gateway', docs: '/swagger-ui/', health: '/health' };
  }
}
