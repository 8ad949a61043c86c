import { PartialType } from '@nestjs/swagger';
import { CreateUpstreamAccountDto } from './create-upstream-account.dto.js';

/** What is absent stays as it is, above all the credential; null takes a limit or an address away. */
export class UpdateUpstreamAccountDto extends PartialType(CreateUpstreamAccountDto, {
  skipNullProperties: false,
}) {}
