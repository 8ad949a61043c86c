import { IsOptional, IsUUID } from 'class-validator';
import { PageQuery } from '../../common/page.js';

export class ListApiKeysQuery extends PageQuery {
  /** Only the keys of this user. */
  @IsOptional()
  @IsUUID()
  user_id?: string;
}
