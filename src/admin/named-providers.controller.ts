import { Body, Controller, Get, Param, Post, Query, UseInterceptors } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentActor, type Actor } from '../audit/actor.js';
import { AcceptsAdminKey, ForAdmins } from '../access/audience.js';
import { TakesEffectBeforeAnswer } from '../common/configuration-changes.js';
import { PageQuery, toPage } from '../common/page.js';
import { AccountProbe } from '../health/account-probe.js';
import { UpstreamAccountsService } from '../upstream-accounts/upstream-accounts.service.js';
import {
  CreateNamedProviderDto,
  NAMED_PROVIDER_FIELDS,
  NamedProviderDto,
  NamedProviderHealthDto,
  NamedProviderPageDto,
} from './dto/named-provider.dto.js';
import { FieldNames } from './field-names.js';

/** The upstream accounts, by their names. */
@ForAdmins()
@AcceptsAdminKey()
@ApiTags('Providers')
@UseInterceptors(TakesEffectBeforeAnswer, new FieldNames(NAMED_PROVIDER_FIELDS))
@Controller('v1/providers')
export class NamedProvidersController {
  constructor(
    private readonly accounts: UpstreamAccountsService,
    private readonly probe: AccountProbe,
  ) {}

  /** Every upstream account, newest first. */
  @Get()
  async list(@Query() query: PageQuery): Promise<NamedProviderPageDto> {
    const rows = await this.accounts.list(query);
    return toPage(rows, query.limit, (account) => NamedProviderDto.from(account));
  }

  /** Adds an upstream account. Its credential is stored encrypted and never shown again. */
  @Post()
  async create(
    @Body() { type, ...body }: CreateNamedProviderDto,
    @CurrentActor() actor: Actor,
  ): Promise<NamedProviderDto> {
    return NamedProviderDto.from(await this.accounts.create({ ...body, provider: type }, actor));
  }

  /** Whether the account is being asked, learnt from the calls it got; asks the provider nothing. */
  @Get(':name/health')
  async health(@Param('name') name: string): Promise<NamedProviderHealthDto> {
    const { id } = await this.accounts.getByName(name);
    return Object.assign(new NamedProviderHealthDto(), { name }, this.probe.health(id));
  }
}
