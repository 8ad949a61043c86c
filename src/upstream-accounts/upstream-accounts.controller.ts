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
import { ForAdmins } from '../access/audience.js';
import { TakesEffectBeforeAnswer } from '../common/configuration-changes.js';
import { PageQuery, toPage } from '../common/page.js';
import { UuidParam } from '../common/uuid-param.js';
import { CreateUpstreamAccountDto } from './dto/create-upstream-account.dto.js';
import { OrderCircuitDto } from './dto/order-circuit.dto.js';
import { UpdateUpstreamAccountDto } from './dto/update-upstream-account.dto.js';
import { UpstreamAccountDto, UpstreamAccountPageDto } from './dto/upstream-account.dto.js';
import { UpstreamAccountsService } from './upstream-accounts.service.js';

@ApiTags('Upstream accounts')
@ForAdmins()
@UseInterceptors(TakesEffectBeforeAnswer)
@Controller('api/upstream-accounts')
export class UpstreamAccountsController {
  constructor(private readonly accounts: UpstreamAccountsService) {}

  /** Adds an account at a provider. Its credential is stored encrypted and never shown again. */
  @Post()
  async create(
    @Body() body: CreateUpstreamAccountDto,
    @CurrentActor() actor: Actor,
  ): Promise<UpstreamAccountDto> {
    return UpstreamAccountDto.from(await this.accounts.create(body, actor));
  }

  /** Newest first. */
  @Get()
  async list(@Query() query: PageQuery): Promise<UpstreamAccountPageDto> {
    const rows = await this.accounts.list(query);
    return toPage(rows, query.limit, (account) => UpstreamAccountDto.from(account));
  }

  /** One account, without its credential. */
  @Get(':id')
  async get(@UuidParam() id: string): Promise<UpstreamAccountDto> {
    return UpstreamAccountDto.from(await this.accounts.get(id));
  }

  /** Changes the fields that are sent; without `api_key` the credential stays. */
  @Put(':id')
  async update(
    @UuidParam() id: string,
    @Body() body: UpdateUpstreamAccountDto,
    @CurrentActor() actor: Actor,
  ): Promise<UpstreamAccountDto> {
    return UpstreamAccountDto.from(await this.accounts.update(id, body, actor));
  }

  /** The same as PUT. */
  @Patch(':id')
  patch(
    @UuidParam() id: string,
    @Body() body: UpdateUpstreamAccountDto,
    @CurrentActor() actor: Actor,
  ): Promise<UpstreamAccountDto> {
    return this.update(id, body, actor);
  }

  /** Orders what its circuit breakers do from now on, for accounts of the configuration file as well. */
  @Put(':id/circuit')
  async orderCircuit(
    @UuidParam() id: string,
    @Body() { state }: OrderCircuitDto,
    @CurrentActor() actor: Actor,
  ): Promise<UpstreamAccountDto> {
    const circuit = state === 'auto' ? null : state;
    return UpstreamAccountDto.from(await this.accounts.orderCircuit(id, circuit, actor));
  }

  /** Deletes the account; calls under way on it still end in peace. */
  @Delete(':id')
  @HttpCode(204)
  async delete(@UuidParam() id: string, @CurrentActor() actor: Actor): Promise<void> {
    await this.accounts.delete(id, actor);
  }
}
