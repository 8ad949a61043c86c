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
import { TokenCounting } from './token-counting.js';

/** Anthropic's protocol. */
@ForClients()
@UseGuards(AdmissionGuard, ApiKeyGuard, ClientCallGuard, LimitsGuard, CircuitBreakerGuard)
@UseFilters(RejectedCallFilter)
@ApiTags('Inference')
@Controller('v1/messages')
export class AnthropicController {
  constructor(
    private readonly proxy: ProxyService,
    private readonly tokens: TokenCounting,
  ) {}

  @Post()
  @HttpCode(200)
  @Serves('messages')
  @DescribesCall('messages')
  messages(@Req() request: IncomingMessage, @Res() response: ServerResponse): Promise<void> {
    return this.proxy.serve(request, response);
  }

  @Post('count_tokens')
  @HttpCode(200)
  @Serves('count_tokens')
  @DescribesCall('count_tokens')
  countTokens(@Req() request: IncomingMessage, @Res() response: ServerResponse): Promise<void> {
    return this.tokens.serve(request, response);
  }
}
