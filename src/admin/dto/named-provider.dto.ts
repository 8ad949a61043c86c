import { PickType } from '@nestjs/swagger';
import { IsString, MaxLength } from 'class-validator';
import { AccountHealthDto } from '../../health/dto/account-health.dto.js';
import { CreateUpstreamAccountDto } from '../../upstream-accounts/dto/create-upstream-account.dto.js';
import type { UpstreamAccount } from '../../upstream-accounts/upstream-account.entity.js';

const SAME_FIELDS = ['name', 'base_url', 'api_key', 'weight', 'enabled'] as const;

export class CreateNamedProviderDto extends PickType(CreateUpstreamAccountDto, SAME_FIELDS) {
  /**
   * `openai`, `anthropic`, `gemini`, … or `openai-compatible` for anything that speaks OpenAI's protocol.
   * @example "openai"
   */
  @IsString()
  @MaxLength(64)
  type: string;
}

/** What the routes call the fields of an account; for FieldNames. */
export const NAMED_PROVIDER_FIELDS = { provider: 'type' };

/** An upstream account under its third address, where it goes by its name. */
export class NamedProviderDto {
  /** @example "openai-1" */
  name: string;

  /** @example "openai" */
  type: string;

  /** Null is the provider's own address. */
  base_url: string | null;

  /**
   * The credential's last characters, to recognise it by.
   * @example "x3Qa"
   */
  api_key_hint: string;

  weight: number;

  enabled: boolean;

  /** `file` when the configuration file declares it; then it is changed there. */
  managed_by: 'file' | null;

  static from(account: UpstreamAccount): NamedProviderDto {
    return {
      name: account.name,
      type: account.provider,
      base_url: account.baseUrl,
      api_key_hint: account.credentialHint,
      weight: account.weight,
      enabled: account.isEnabled,
      managed_by: account.managedBy,
    };
  }
}

export class NamedProviderPageDto {
  data: NamedProviderDto[];

  /** Null on the last page. */
  next_cursor: string | null;
}

export class NamedProviderHealthDto extends AccountHealthDto {
  /** @example "openai-1" */
  name: string;
}
