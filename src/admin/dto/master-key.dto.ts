import { PartialType, PickType } from '@nestjs/swagger';
import { IsString, Length, Matches, ValidateBy } from 'class-validator';
import { hasValidChecksum, MIN_SECRET_LENGTH } from '../../api-keys/api-key-secret.js';
import type { ApiKey } from '../../api-keys/api-key.entity.js';
import type { IssuedApiKey } from '../../api-keys/api-keys.service.js';
import { ApiKeyDto } from '../../api-keys/dto/api-key.dto.js';
import { CreateApiKeyDto } from '../../api-keys/dto/create-api-key.dto.js';
import type { RateLimitDto } from '../../api-keys/dto/rate-limit.dto.js';
import type { UpdateApiKeyDto } from '../../api-keys/dto/update-api-key.dto.js';
import { MayBeAbsent } from '../../common/may-be-absent.js';

const MAX_SECRET_LENGTH = 256;

const HasValidChecksum = (): PropertyDecorator =>
  ValidateBy({
    name: 'hasValidChecksum',
    validator: {
      validate: (value) => typeof value === 'string' && hasValidChecksum(value),
      defaultMessage: () =>
        'key begins like one the gateway made, but its checksum is wrong: begin it otherwise',
    },
  });

const SAME_FIELDS = ['allowed_models', 'rate_limit', 'is_enabled'] as const;

export class CreateMasterKeyDto extends PickType(CreateApiKeyDto, SAME_FIELDS) {
  /**
   * The caller's own name for it, by which it is found again.
   * @example "key-1"
   */
  @IsString()
  @Length(1, 64)
  id: string;

  /**
   * The key itself, when the caller brings it; one is made when absent.
   * @example "sk-custom-0123456789abcdef"
   */
  @MayBeAbsent()
  @IsString()
  @Length(MIN_SECRET_LENGTH, MAX_SECRET_LENGTH)
  @Matches(/^[\x21-\x7e]*$/, { message: 'key must be printable ASCII without spaces' })
  @HasValidChecksum()
  key?: string;

  /**
   * Shown in lists; the id when absent.
   * @example "Production Key"
   */
  @MayBeAbsent()
  @IsString()
  @Length(1, 64)
  name?: string;
}

/** What is absent stays as it is; null takes the limit away. An `id` must be the one in the address. */
export class UpdateMasterKeyDto extends PartialType(CreateMasterKeyDto, {
  skipNullProperties: false,
}) {}

/** A key of the operator's, whoever of the administrators makes it. */
export function toNewApiKey(body: CreateMasterKeyDto): CreateApiKeyDto {
  const { id, key: _key, name = id, ...settings } = body;
  return { ...settings, name, user_id: null };
}

export function toApiKey({ id: _id, key: _key, ...settings }: UpdateMasterKeyDto): UpdateApiKeyDto {
  return settings;
}

/** An API key under its other documented address. */
export class MasterKeyDto {
  /**
   * The caller's own name for it; the key's id where nobody has given one.
   * @example "key-1"
   */
  id: string;

  /** @example "Production Key" */
  name: string;

  /**
   * The beginning of the key, to recognise it by.
   * @example "sk-cus"
   */
  prefix: string;

  /** @example ["*"] */
  allowed_models: string[];

  is_enabled: boolean;

  rate_limit: RateLimitDto | null;

  /** `file` when the configuration file declares it; then it is changed there. */
  managed_by: 'file' | null;

  created_at: Date;

  updated_at: Date;

  static from(key: ApiKey): MasterKeyDto {
    const { name, prefix, allowed_models, is_enabled, rate_limit, ...rest } = ApiKeyDto.from(key);
    const { managed_by, created_at, updated_at } = rest;
    const times = { created_at, updated_at };
    const id = key.externalId ?? key.id;
    return { id, name, prefix, allowed_models, is_enabled, rate_limit, managed_by, ...times };
  }
}

export class IssuedMasterKeyDto extends MasterKeyDto {
  /** Only when the gateway has made the key: shown this once and never again. */
  key?: string;

  static issued({ apiKey, secret }: IssuedApiKey, isCallersOwn: boolean): IssuedMasterKeyDto {
    const shown = isCallersOwn ? {} : { key: secret };
    return Object.assign(new IssuedMasterKeyDto(), MasterKeyDto.from(apiKey), shown);
  }
}

export class MasterKeyPageDto {
  data: MasterKeyDto[];

  /** Null on the last page. */
  next_cursor: string | null;
}
