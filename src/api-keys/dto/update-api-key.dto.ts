import { OmitType, PartialType } from '@nestjs/swagger';
import { CreateApiKeyDto } from './create-api-key.dto.js';

/** What is absent stays as it is; null takes a limit away. A key does not change hands. */
export class UpdateApiKeyDto extends PartialType(OmitType(CreateApiKeyDto, ['user_id']), {
  skipNullProperties: false,
}) {}
