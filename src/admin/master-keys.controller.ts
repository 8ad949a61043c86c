import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  Param,
  Post,
  Put,
  Query,
  UseInterceptors,
} from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ApiKeysService } from '../api-keys/api-keys.service.js';
import { CurrentActor, type Actor } from '../audit/actor.js';
import { AcceptsAdminKey, ForAdmins } from '../access/audience.js';
import { TakesEffectBeforeAnswer } from '../common/configuration-changes.js';
import { PageQuery, toPage } from '../common/page.js';
import {
  CreateMasterKeyDto,
  IssuedMasterKeyDto,
  MasterKeyDto,
  MasterKeyPageDto,
  toApiKey,
  toNewApiKey,
  UpdateMasterKeyDto,
} from './dto/master-key.dto.js';
import { refuseOtherId } from './own-id.js';

/** The API keys, under names that the caller chooses, and with keys that the caller may bring. */
@ForAdmins()
@AcceptsAdminKey()
@ApiTags('Master keys')
@UseInterceptors(TakesEffectBeforeAnswer)
@Controller('admin/v1/master-keys')
export class MasterKeysController {
  constructor(private readonly apiKeys: ApiKeysService) {}

  /** Makes an API key of the one that is sent; without one it is generated, and its `key` is in this answer and nowhere else. */
  @Post()
  async create(
    @Body() body: CreateMasterKeyDto,
    @CurrentActor() actor: Actor,
  ): Promise<IssuedMasterKeyDto> {
    const own = { externalId: body.id, secret: body.key };
    const issued = await this.apiKeys.create(toNewApiKey(body), actor, own);
    return IssuedMasterKeyDto.issued(issued, body.key !== undefined);
  }

  /** Every API key, newest first. */
  @Get()
  async list(@Query() query: PageQuery, @CurrentActor() actor: Actor): Promise<MasterKeyPageDto> {
    const rows = await this.apiKeys.list(query, actor);
    return toPage(rows, query.limit, (key) => MasterKeyDto.from(key));
  }

  /** One key, without the key itself. */
  @Get(':id')
  async get(@Param('id') id: string, @CurrentActor() actor: Actor): Promise<MasterKeyDto> {
    return MasterKeyDto.from(await this.apiKeys.getNamed(id, actor));
  }

  /** Changes the fields that are sent; a `key` replaces the old one at once. */
  @Put(':id')
  async update(
    @Param('id') id: string,
    @Body() body: UpdateMasterKeyDto,
    @CurrentActor() actor: Actor,
  ): Promise<MasterKeyDto> {
    refuseOtherId(id, body);
    const { id: keyId } = await this.apiKeys.getNamed(id, actor);
    return MasterKeyDto.from(await this.apiKeys.update(keyId, toApiKey(body), actor, body.key));
  }

  /** Deletes the key, which is refused at once; what it was used for stays accounted for. */
  @Delete(':id')
  @HttpCode(204)
  async delete(@Param('id') id: string, @CurrentActor() actor: Actor): Promise<void> {
    const { id: keyId } = await this.apiKeys.getNamed(id, actor);
    await this.apiKeys.delete(keyId, actor);
  }
}
