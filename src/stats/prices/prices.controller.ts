import { Body, Controller, Delete, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentActor, type Actor } from '../../audit/actor.js';
import { ForAdmins } from '../../access/audience.js';
import { PageQuery, toPage } from '../../common/page.js';
import { UuidParam } from '../../common/uuid-param.js';
import { CreatePriceDto, PriceDto, PricePageDto } from '../dto/price.dto.js';
import { RepricedDto, RepriceDto } from '../dto/reprice.dto.js';
import { PricesService } from './prices.service.js';
import { RepricingService } from './repricing.service.js';

/** Prices of the operator's own, which come before list prices. */
@ApiTags('Prices')
@ForAdmins()
@Controller('api/prices')
export class PricesController {
  constructor(
    private readonly prices: PricesService,
    private readonly repricing: RepricingService,
  ) {}

  /** Sets what a model costs from a time on. Earlier prices of it stay good for the time before. */
  @Post()
  async create(@Body() body: CreatePriceDto, @CurrentActor() actor: Actor): Promise<PriceDto> {
    return PriceDto.from(await this.prices.create(body, actor));
  }

  /** Newest first; without those of the configuration file. */
  @Get()
  async list(@Query() query: PageQuery): Promise<PricePageDto> {
    const rows = (await this.prices.list(query)).map((row) => ({
      ...row,
      createdAt: row.created_at,
    }));
    return toPage(rows, query.limit, (row) => PriceDto.from(row));
  }

  /** Takes a price away: what was before it holds again, for new requests. */
  @Delete(':id')
  @HttpCode(204)
  delete(@UuidParam() id: string, @CurrentActor() actor: Actor): Promise<void> {
    return this.prices.delete(id, actor);
  }

  /**
   * Prices the requests of a time once more. Records stay as they are: the difference to what they count for is written beside
   * them and into every sum.
   */
  @Post('reprice')
  @HttpCode(200)
  reprice(@Body() body: RepriceDto, @CurrentActor() actor: Actor): Promise<RepricedDto> {
    return this.repricing.reprice(body, actor);
  }
}
