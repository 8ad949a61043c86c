import { IsString, Length } from 'class-validator';

export class RefreshDto {
  /**
   * Works once; the answer brings the next one.
   * @example "the refresh_token of a login"
   */
  @IsString()
  @Length(1, 128)
  refresh_token: string;
}
