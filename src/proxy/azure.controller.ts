import { Controller, HttpCode, Post, Req, Res, UseFilters, UseGuards } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { ForClients } from '../access/audience.js';
import { AdmissionGuard } from './admission.guard.js';
import { ApiKeyGuard } from './api-key.guard.js';
import { CircuitBreakerGuard } from './circuit-breaker.guard.js';
import { ClientCallGuard } from './client-call.guard.js';
import { LimitsGuard } from './limits.guard.js';
import { Serves } from './operation.js';
import { ProxyService } from './proxy.service.js';
import { RejectedCallFilter } from './rejected-call.filter.js';

/**
 * OpenAI's protocol at Azure's addresses, for clients that know no others: with a deployment, which is our model, in the path.
 * Their `api-version` means nothing here.
 */
@ForClients()
@UseGuards(AdmissionGuard, ApiKeyGuard, ClientCallGuard, LimitsGuard, CircuitBreakerGuard)
@UseFilters(RejectedCallFilter)
@ApiExcludeController()
@Controller('openai/deployments/:deployment')
export class AzureController {
  constructor(private readonly proxy: ProxyService) {}

  @Post('chat/completions')
  @HttpCode(200)
  @Serves('chat')
  chat(@Req() request: IncomingMessage, @Res() response: ServerResponse): Promise<void> {
    return this.proxy.serve(request, response);
  }

  @Post('completions')
  @HttpCode(200)
  @Serves('completions')
  completions(@Req() request: IncomingMessage, @Res() response: ServerResponse): Promise<void> {
    return this.proxy.serve(request, response);
  }

  @Post('embeddings')
  @HttpCode(200)
  @Serves('embeddings')
  embeddings(@Req() request: IncomingMessage, @Res() response: ServerResponse): Promise<void> {
    return this.proxy.serve(request, response);
  }

  @Post('responses')
  @HttpCode(200)
  @Serves('responses')
  responses(@Req() request: IncomingMessage, @Res() response: ServerResponse): Promise<void> {
    return this.proxy.serve(request, response);
  }
}
