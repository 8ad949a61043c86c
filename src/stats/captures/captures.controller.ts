import { Body, Controller, Delete, Get, HttpCode, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentActor, type Actor } from '../../audit/actor.js';
import { ForUsers } from '../../access/audience.js';
import { CurrentPrincipal, type Principal } from '../../access/principal.js';
import { UuidParam } from '../../common/uuid-param.js';
import { CaptureDto, CaptureSettingsDto } from '../dto/capture.dto.js';
import { CapturesService } from './captures.service.js';

/** No prompt and no answer is kept, unless the owner of a key asks for it. */
@ApiTags('Privacy')
@ForUsers()
@Controller('api')
export class CapturesController {
  constructor(private readonly captures: CapturesService) {}

  /** For how long what is said under a key is kept; 404 when it is not. */
  @Get('keys/:id/capture')
  settings(@UuidParam() id: string, @CurrentActor() actor: Actor): Promise<CaptureSettingsDto> {
    return this.captures.settings(id, actor);
  }

  /** From now on requests and answers of this key are kept for a while, without what looks like a secret. */
  @Put('keys/:id/capture')
  async change(
    @UuidParam() id: string,
    @Body() body: CaptureSettingsDto,
    @CurrentActor() actor: Actor,
  ): Promise<CaptureSettingsDto> {
    await this.captures.change(id, body, actor);
    return body;
  }

  /** Nothing of this key is kept any more; what was kept goes at its time. */
  @Delete('keys/:id/capture')
  @HttpCode(204)
  stop(@UuidParam() id: string, @CurrentActor() actor: Actor): Promise<void> {
    return this.captures.change(id, null, actor);
  }

  /** What was said in a request. */
  @Get('stats/requests/:id/capture')
  find(@UuidParam() id: string, @CurrentPrincipal() principal: Principal): Promise<CaptureDto> {
    return this.captures.find(id, principal);
  }

  /** Deletes what was said in a request, now. */
  @Delete('stats/requests/:id/capture')
  @HttpCode(204)
  delete(@UuidParam() id: string, @CurrentPrincipal() principal: Principal): Promise<void> {
    return this.captures.delete(id, principal);
  }
}
