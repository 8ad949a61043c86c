import { Controller, Get, Param, Query, Req, UseFilters, UseGuards } from '@nestjs/common';
import { ApiOkResponse, ApiParam, ApiQuery, ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
import { ForClients } from '../../access/audience.js';
import { InvalidRequestError } from '../../common/gateway-error.js';
import { ModelNotFoundError } from '../../routing/routing.service.js';
import { ApiKeyGuard } from '../api-key.guard.js';
import { callerOf } from '../client-call.js';
import { speaksAnthropic } from '../client-protocols.js';
import { RejectedCallFilter } from '../rejected-call.filter.js';
import { ModelDirectory } from './model-directory.js';
import { toAnthropicModel, toOpenAiModel, type ListedModel } from './model-list.js';

/** The models a key may use, in OpenAI's form, or in Anthropic's for clients that send `anthropic-version`. */
@ForClients()
@UseGuards(ApiKeyGuard)
@UseFilters(RejectedCallFilter)
@ApiTags('Inference')
@Controller('v1/models')
export class ModelsController {
  constructor(private readonly directory: ModelDirectory) {}

  /** The models this key may use. */
  @Get()
  @ApiQuery({
    name: 'limit',
    required: false,
    description: "With `anthropic-version` only, as in Anthropic's API",
  })
  @ApiOkResponse({
    description: "A list in OpenAI's form, or in Anthropic's when `anthropic-version` is sent",
  })
  async list(@Req() request: Request, @Query() query: Record<string, unknown>): Promise<unknown> {
    const models = await this.modelsFor(request);
    if (!speaksAnthropic(request)) return { object: 'list', data: models.map(toOpenAiModel) };
    return anthropicPage(models, query);
  }

  /** One model; its name may contain slashes. */
  @Get('*id')
  @ApiParam({ name: 'id', type: String, example: 'gpt-4.1-mini' })
  @ApiOkResponse({ description: 'The model in the same form as in the list' })
  async get(@Req() request: Request, @Param('id') id: string | string[]): Promise<unknown> {
    const name = Array.isArray(id) ? id.join('/') : id;
    const model = (await this.modelsFor(request)).find((one) => one.id === name);
    if (!model) {
      throw new ModelNotFoundError(`the model '${name}' does not exist or is not served here`, {
        param: 'model',
      });
    }
    return speaksAnthropic(request) ? toAnthropicModel(model) : toOpenAiModel(model);
  }

  private modelsFor(request: Request): Promise<ListedModel[]> {
    const { catalog, key } = callerOf(request)!;
    return this.directory.list(catalog, key);
  }
}

/** https://platform.claude.com/docs/en/api/models-list: `limit`, `after_id` and `before_id`. */
function anthropicPage(models: readonly ListedModel[], query: Record<string, unknown>): unknown {
  const limit = Number(query['limit'] ?? 20);
  if (!Number.isInteger(limit) || limit < 1 || limit > 1000) {
    throw new InvalidRequestError('limit: expected 1 to 1000', { param: 'limit' });
  }
  const indexOf = (id: unknown): number => models.findIndex((model) => model.id === id);
  const end =
    query['before_id'] === undefined ? models.length : Math.max(0, indexOf(query['before_id']));
  const from =
    query['before_id'] === undefined
      ? query['after_id'] === undefined
        ? 0
        : indexOf(query['after_id']) + 1
      : Math.max(0, end - limit);
  const page = models.slice(from, Math.min(end, from + limit));
  return {
    data: page.map(toAnthropicModel),
    has_more: query['before_id'] === undefined ? from + page.length < models.length : from > 0,
    first_id: page[0]?.id ?? null,
    last_id: page.at(-1)?.id ?? null,
  };
}
