import { IsOptional, IsString, IsUUID, MaxLength } from 'class-validator';
import { PageQuery } from '../../common/page.js';

export class AuditQuery extends PageQuery {
  /** Only this action, e.g. `api_key.create`. */
  @IsOptional()
  @IsString()
  @MaxLength(64)
  action?: string;

  /** Only what this user did. */
  @IsOptional()
  @IsUUID()
  actor_id?: string;

  /** Only what was done to this object. */
  @IsOptional()
  @IsString()
  @MaxLength(128)
  object_id?: string;
}
