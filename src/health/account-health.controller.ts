import { Body, Controller, Get, HttpCode, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ForAdmins } from '../access/audience.js';
import { UuidParam } from '../common/uuid-param.js';
import { AccountProbe } from './account-probe.js';
import { AccountHealthDto, AccountTestDto, TestAccountDto } from './dto/account-health.dto.js';

@ForAdmins()
@ApiTags('Upstream accounts')
@Controller('api/upstream-accounts')
export class AccountHealthController {
  constructor(private readonly probe: AccountProbe) {}

  /** Whether the account is being asked, learnt from the calls it got; asks the provider nothing. */
  @Get(':id/health')
  health(@UuidParam() id: string): AccountHealthDto {
    return this.probe.health(id);
  }

  /**
   * Asks the provider for its model list, which costs nothing, and says how that went; with `model`, asks that model a
   * question of five words, which the provider charges for.
   */
  @Post(':id/test')
  @HttpCode(200)
  test(@UuidParam() id: string, @Body() { model }: TestAccountDto = {}): Promise<AccountTestDto> {
    return this.probe.test(id, model ?? null);
  }
}
