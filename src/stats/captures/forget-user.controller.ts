import { Controller, Delete } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentActor, type Actor } from '../../audit/actor.js';
import { ForAdmins } from '../../auth/audience.js';
import { UuidParam } from '../../common/uuid-param.js';
import { ForgottenDto } from '../dto/capture.dto.js';
import { ForgetUserService } from './forget-user.service.js';

@ApiTags('Privacy')
@ForAdmins()
@Controller('api/stats/users')
export class ForgetUserController {
  constructor(private readonly forgetting: ForgetUserService) {}

  /** Deletes what a person has said, and takes the person out of the records of use, which stay for the accounts. */
  @Delete(':id')
  forget(@UuidParam() id: string, @CurrentActor() actor: Actor): Promise<ForgottenDto> {
    return this.forgetting.forget(id, actor);
  }
}
