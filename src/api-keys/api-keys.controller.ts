import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  Patch,
  Post,
  Put,
  Query,
  UseInterceptors,
} from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentActor, type Actor } from '../audit/actor.js';
import { ForUsers } from '../access/audience.js';
import { TakesEffectBeforeAnswer } from '../common/configuration-changes.js';
import { toPage } from '../common/page.js';
import { UuidParam } from '../common/uuid-param.js';
import { ApiKeysService } from './api-keys.service.js';
import { ApiKeyDto, ApiKeyPageDto } from './dto/api-key.dto.js';
import { CreateApiKeyDto } from './dto/create-api-key.dto.js';
import { IssuedApiKeyDto } from './dto/issued-api-key.dto.js';
import { ListApiKeysQuery } from './dto/list-api-keys.dto.js';
import { RotateApiKeyDto } from './dto/rotate-api-key.dto.js';
import { UpdateApiKeyDto } from './dto/update-api-key.dto.js';

@ApiTags('API keys')
@ForUsers()
@UseInterceptors(TakesEffectBeforeAnswer)
@Controller('api/keys')
export class ApiKeysController {
  constructor(private readonly apiKeys: ApiKeysService) {}

  /** Issues a key. Its `key` is in this answer and nowhere else. */
  @Post()
  async create(
    @Body() body: CreateApiKeyDto,
    @CurrentActor() actor: Actor,
  ): Promise<IssuedApiKeyDto> {
    return IssuedApiKeyDto.issued(await this.apiKeys.create(body, actor));
  }

  /** One's own keys, newest first; for administrators everybody's. */
  @Get()
  async list(
    @Query() query: ListApiKeysQuery,
    @CurrentActor() actor: Actor,
  ): Promise<ApiKeyPageDto> {
    const rows = await this.apiKeys.list(query, actor);
    return toPage(rows, query.limit, (key) => ApiKeyDto.from(key));
  }

  /** One key, without the key itself. */
  @Get(':id')
  async get(@UuidParam() id: string, @CurrentActor() actor: Actor): Promise<ApiKeyDto> {
    return ApiKeyDto.from(await this.apiKeys.get(id, actor));
  }

  /** Changes the fields that are sent; null takes a limit away. */
  @Put(':id')
  async update(
    @UuidParam() id: string,
    @Body() body: UpdateApiKeyDto,
    @CurrentActor() actor: Actor,
  ): Promise<ApiKeyDto> {
    return ApiKeyDto.from(await this.apiKeys.update(id, body, actor));
  }

  /** The same as PUT. */
  @Patch(':id')
  patch(
    @UuidParam() id: string,
    @Body() body: UpdateApiKeyDto,
    @CurrentActor() actor: Actor,
  ): Promise<ApiKeyDto> {
    return this.update(id, body, actor);
  }

  /** Deletes the key, which is refused at once; what it was used for stays accounted for. */
  @Delete(':id')
  @HttpCode(204)
  async delete(@UuidParam() id: string, @CurrentActor() actor: Actor): Promise<void> {
    await this.apiKeys.delete(id, actor);
  }

  /** Replaces the key by a new one, which is in this answer and nowhere else. */
  @Post(':id/rotate')
  @HttpCode(200)
  async rotate(
    @UuidParam() id: string,
    @Body() { overlap_seconds: overlapSeconds = 0 }: RotateApiKeyDto,
    @CurrentActor() actor: Actor,
  ): Promise<IssuedApiKeyDto> {
    return IssuedApiKeyDto.issued(await this.apiKeys.rotate(id, overlapSeconds, actor));
  }
}
