import { Controller, Delete } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentActor, type Actor } from '../../audit/actor.js';
import { ForAdmins } from '../../access/audience.js';
import { UuidParam } from '../../common/uuid-param.js';
import { ForgottenDto } from '../dto/capture.dto.js';
import { ForgetUserService } from './forget-user.service.js';

@ApiTags('Privacy')
@ForAdmins()
@Controller('api/stats/users')
export class ForgetUserController {
  constructor(private readonly forgetting: ForgetUserService) {}

  /**
   * Deletes what a person has said, and takes the person out of the records of use, which stay for the accounts. The user must
   * be disabled (409 otherwise): sums move away, and budgets are counted from them. Requests that are still under way, and
   * those that other instances have not written yet, come under the old id; asking again after some seconds takes them too.
   */
  @Delete(':id')
  forget(@UuidParam() id: string, @CurrentActor() actor: Actor): Promise<ForgottenDto> {
    return this.forgetting.forget(id, actor);
  }
}
