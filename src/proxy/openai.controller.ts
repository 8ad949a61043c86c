import { Controller, HttpCode, Post, Req, Res, UseFilters, UseGuards } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { ForClients } from '../access/audience.js';
import { AdmissionGuard } from './admission.guard.js';
import { ApiKeyGuard } from './api-key.guard.js';
import { CircuitBreakerGuard } from './circuit-breaker.guard.js';
import { ClientCallGuard } from './client-call.guard.js';
import { DescribesCall } from './client-route-docs.js';
import { LimitsGuard } from './limits.guard.js';
import { Serves } from './operation.js';
import { ProxyService } from './proxy.service.js';
import { RejectedCallFilter } from './rejected-call.filter.js';

/** OpenAI's protocol. */
@ForClients()
@UseGuards(AdmissionGuard, ApiKeyGuard, ClientCallGuard, LimitsGuard, CircuitBreakerGuard)
@UseFilters(RejectedCallFilter)
@ApiTags('Inference')
@Controller('v1')
export class OpenAiController {
  constructor(private readonly proxy: ProxyService) {}

  @Post('chat/completions')
  @HttpCode(200)
  @Serves('chat')
  @DescribesCall('chat')
  chat(@Req() request: IncomingMessage, @Res() response: ServerResponse): Promise<void> {
    return this.proxy.serve(request, response);
  }

  @Post('completions')
  @HttpCode(200)
  @Serves('completions')
  @DescribesCall('completions')
  completions(@Req() request: IncomingMessage, @Res() response: ServerResponse): Promise<void> {
    return this.proxy.serve(request, response);
  }

  @Post('embeddings')
  @HttpCode(200)
  @Serves('embeddings')
  @DescribesCall('embeddings')
  embeddings(@Req() request: IncomingMessage, @Res() response: ServerResponse): Promise<void> {
    return this.proxy.serve(request, response);
  }

  @Post('responses')
  @HttpCode(200)
  @Serves('responses')
  @DescribesCall('responses')
  responses(@Req() request: IncomingMessage, @Res() response: ServerResponse): Promise<void> {
    return this.proxy.serve(request, response);
  }
}
