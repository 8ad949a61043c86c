import { ApiProperty, PartialType } from '@nestjs/swagger';
import { IsBoolean, IsOptional, IsString, Length, Matches, MaxLength } from 'class-validator';
import { MayBeAbsent } from '../../common/may-be-absent.js';
import type { CreateUpstreamAccountDto } from '../../upstream-accounts/dto/create-upstream-account.dto.js';
import { IsModelMapping } from '../../upstream-accounts/dto/is-model-mapping.js';
import type { UpdateUpstreamAccountDto } from '../../upstream-accounts/dto/update-upstream-account.dto.js';
import type { UpstreamAccount } from '../../upstream-accounts/upstream-account.entity.js';

export class CreateProviderDto {
  /**
   * The caller's own name for it, by which it is found again; also the account's name.
   * @example "provider-1"
   */
  @IsString()
  @Length(1, 64)
  id: string;

  /**
   * `openai`, `anthropic`, `gemini`, … or `openai-compatible` for anything that speaks OpenAI's protocol.
   * @example "openai"
   */
  @IsString()
  @MaxLength(64)
  provider_type: string;

  /**
   * The provider's own address when absent.
   * @example "https://api.openai.com/v1"
   */
  @IsOptional()
  @IsString()
  @MaxLength(2_048)
  api_base?: string | null;

  /**
   * Stored encrypted and never shown again.
   * @example "sk-your-provider-key"
   */
  @IsString()
  @Length(1, 4_096)
  @Matches(/^[\x21-\x7e]*$/, { message: 'api_key must be printable ASCII without spaces' })
  api_key: string;

  /** From the name a client uses to the upstream's own name. */
  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'string' },
    example: { 'claude-4.5-sonnet': 'actual-model-name' },
  })
  @MayBeAbsent()
  @IsModelMapping()
  model_mapping?: object;

  /**
   * True when absent.
   * @example true
   */
  @MayBeAbsent()
  @IsBoolean()
  is_enabled?: boolean;
}

/** What is absent stays as it is, above all the credential. An `id` must be the one in the address. */
export class UpdateProviderDto extends PartialType(CreateProviderDto, {
  skipNullProperties: false,
}) {}

/** What the routes call the fields of an account; for FieldNames. */
export const PROVIDER_FIELDS = { name: 'id', provider: 'provider_type', base_url: 'api_base' };

export function toNewAccount(body: CreateProviderDto): CreateUpstreamAccountDto {
  const { id: name, provider_type: provider, api_key } = body;
  return Object.assign(toAccount(body), { name, provider, api_key });
}

export function toAccount(body: UpdateProviderDto): UpdateUpstreamAccountDto {
  const { provider_type, api_base, api_key, model_mapping, is_enabled } = body;
  return {
    ...(provider_type !== undefined && { provider: provider_type }),
    ...(api_base !== undefined && { base_url: api_base }),
    ...(api_key !== undefined && { api_key }),
    ...(model_mapping !== undefined && { model_mapping }),
    ...(is_enabled !== undefined && { enabled: is_enabled }),
  };
}

/** An upstream account under its other documented address. */
export class ProviderDto {
  /**
   * The caller's own name for it; the account's name where nobody has given one.
   * @example "provider-1"
   */
  id: string;

  /** @example "openai" */
  provider_type: string;

  /** Null is the provider's own address. */
  api_base: string | null;

  /**
   * The credential's last characters, to recognise it by.
   * @example "x3Qa"
   */
  api_key_hint: string;

  /** @example { "claude-4.5-sonnet": "actual-model-name" } */
  model_mapping: object;

  is_enabled: boolean;

  /** `file` when the configuration file declares it; then it is changed there. */
  managed_by: 'file' | null;

  created_at: Date;

  updated_at: Date;

  static from(account: UpstreamAccount): ProviderDto {
    return {
      id: account.externalId ?? account.name,
      provider_type: account.provider,
      api_base: account.baseUrl,
      api_key_hint: account.credentialHint,
      model_mapping: account.modelMapping,
      is_enabled: account.isEnabled,
      managed_by: account.managedBy,
      created_at: account.createdAt,
      updated_at: account.updatedAt,
    };
  }
}

export class ProviderPageDto {
  data: ProviderDto[];

  /** Null on the last page. */
  next_cursor: string | null;
}
