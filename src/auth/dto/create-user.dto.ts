import { IsIn, IsString, Length, Matches } from 'class-validator';
import type { Role } from '../../access/principal.js';
import { UsageLimitsDto } from '../../common/usage-limits.dto.js';
import { MAX_PASSWORD_LENGTH, MIN_PASSWORD_LENGTH } from '../password-policy.js';

export class CreateUserDto extends UsageLimitsDto {
  /**
   * Kept in lower case.
   * @example "alice"
   */
  @IsString()
  @Length(3, 64)
  @Matches(/^[a-z0-9][a-z0-9._@-]*$/i, {
    message: 'username must begin with a letter or digit and contain only those and . _ @ -',
  })
  username: string;

  /**
   * Not the username.
   * @example "correct horse battery"
   */
  @IsString()
  @Length(MIN_PASSWORD_LENGTH, MAX_PASSWORD_LENGTH)
  password: string;

  /** @example "user" */
  @IsIn(['admin', 'user'])
  role: Role = 'user';
}
