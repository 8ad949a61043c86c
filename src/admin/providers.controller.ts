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
import { CurrentActor, type Actor } from '../audit/actor.js';
import { AcceptsAdminKey, ForAdmins } from '../access/audience.js';
import { TakesEffectBeforeAnswer } from '../common/configuration-changes.js';
import { PageQuery, toPage } from '../common/page.js';
import { UpstreamAccountsService } from '../upstream-accounts/upstream-accounts.service.js';
import {
  CreateProviderDto,
  PROVIDER_FIELDS,
  ProviderDto,
  ProviderPageDto,
  toAccount,
  toNewAccount,
  UpdateProviderDto,
} from './dto/provider.dto.js';
import { FieldNames } from './field-names.js';
import { refuseOtherId } from './own-id.js';

/** The upstream accounts, under names that the caller chooses. */
@ForAdmins()
@AcceptsAdminKey()
@ApiTags('Providers')
@UseInterceptors(TakesEffectBeforeAnswer, new FieldNames(PROVIDER_FIELDS))
@Controller('admin/v1/providers')
export class ProvidersController {
  constructor(private readonly accounts: UpstreamAccountsService) {}

  /** Adds an upstream account. Its credential is stored encrypted and never shown again. */
  @Post()
  async create(
    @Body() body: CreateProviderDto,
    @CurrentActor() actor: Actor,
  ): Promise<ProviderDto> {
    return ProviderDto.from(await this.accounts.create(toNewAccount(body), actor, body.id));
  }

  /** Every upstream account, newest first. */
  @Get()
  async list(@Query() query: PageQuery): Promise<ProviderPageDto> {
    const rows = await this.accounts.list(query);
    return toPage(rows, query.limit, (account) => ProviderDto.from(account));
  }

  /** One account, without its credential. */
  @Get(':id')
  async get(@Param('id') id: string): Promise<ProviderDto> {
    return ProviderDto.from(await this.accounts.getNamed(id));
  }

  /** Changes the fields that are sent; without `api_key` the credential stays. */
  @Put(':id')
  async update(
    @Param('id') id: string,
    @Body() body: UpdateProviderDto,
    @CurrentActor() actor: Actor,
  ): Promise<ProviderDto> {
    refuseOtherId(id, body);
    const account = await this.accounts.getNamed(id);
    return ProviderDto.from(await this.accounts.update(account.id, toAccount(body), actor));
  }

  /** Deletes the account; calls under way on it still end in peace. */
  @Delete(':id')
  @HttpCode(204)
  async delete(@Param('id') id: string, @CurrentActor() actor: Actor): Promise<void> {
    const account = await this.accounts.getNamed(id);
    await this.accounts.delete(account.id, actor);
  }
}
