import { IsString, Length, MaxLength } from 'class-validator';
import { MAX_PASSWORD_LENGTH, MIN_PASSWORD_LENGTH } from '../password-policy.js';

export class ChangePasswordDto {
  /** @example "admin123456" */
  @IsString()
  @MaxLength(MAX_PASSWORD_LENGTH)
  current_password: string;

  /**
   * Not the username.
   * @example "correct horse battery"
   */
  @IsString()
  @Length(MIN_PASSWORD_LENGTH, MAX_PASSWORD_LENGTH)
  new_password: string;
}
