import { IsString, Length, Matches, MaxLength } from 'class-validator';
import { MAX_PASSWORD_LENGTH } from '../password-policy.js';

export class LoginDto {
  /**
   * Upper and lower case are the same.
   * @example "admin"
   */
  @IsString()
  @Length(1, 64)
  @Matches(/^\P{Cc}+$/u, { message: 'username must not contain control characters' })
  username: string;

  /** @example "admin123456" */
  @IsString()
  @MaxLength(MAX_PASSWORD_LENGTH)
  password: string;
}
