import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { AcceptsAdminKey, ForAdmins } from '../access/audience.js';
import { CurrentCatalog } from '../catalog/current-catalog.js';
import { toRoutingPreferences } from '../catalog/routing-preferences.js';
import { Clock } from '../common/clock.js';
import { NotFoundError } from '../common/gateway-error.js';
import { RoutingService, type PlanRequest } from '../routing/routing.service.js';
import { canCarry } from './carrier-for.js';
import { ExplainDto, ExplanationDto } from './dto/explain.dto.js';
import { explain } from './explanation.js';

/** Here and not with the rest of routing, because only the proxy knows what can be carried where. */
@ForAdmins()
@AcceptsAdminKey()
@ApiTags('Routing')
@Controller('v1/routing')
export class ExplainController {
  constructor(
    private readonly routing: RoutingService,
    private readonly current: CurrentCatalog,
    private readonly clock: Clock,
  ) {}

  /** A dry run: whom a request would ask, and how each candidate stands. Nothing is sent, and nothing counts. */
  @Post('explain')
  @HttpCode(200)
  explain(@Body() body: ExplainDto): ExplanationDto {
    return explain(this.routing.dryRun(this.requestOf(body)), this.clock.monotonic());
  }

  private requestOf(body: ExplainDto): PlanRequest {
    const { catalog } = this.current;
    const key = body.key_id === undefined ? null : catalog.keyById(body.key_id);
    if (key === undefined) {
      throw new NotFoundError('no such key, or it is disabled', { param: 'key_id' });
    }
    const { operation = 'chat', routing_preferences: given } = body;
    return {
      catalog,
      model: body.model,
      keyId: key?.id ?? '',
      session: body.session ?? null,
      stream: body.stream ?? true,
      inputTokens: body.input_tokens ?? 1_000,
      outputTokens: body.output_tokens ?? 500,
      preferences: given ? toRoutingPreferences(given) : (key?.routingPreferences ?? null),
      allowedModels: key?.allowedModels ?? ['*'],
      canServe: (adapter) => canCarry(adapter, operation),
    };
  }
}
