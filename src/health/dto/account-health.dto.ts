import { IsOptional, IsString, Length } from 'class-validator';

export class RestingDto {
  /** The upstream's name; null: the whole account. */
  model: string | null;
  /** Such as `rate_limited`, `circuit_open` or `credential_rejected`. */
  reason: string;
  /** Until it is asked again; null: nobody knows. */
  for_seconds: number | null;
}

export class AccountHealthDto {
  /** `resting` when all or part of it is left alone for a while, `disabled` when it is switched off or its credential cannot be read. */
  status: 'healthy' | 'resting' | 'disabled';
  resting: RestingDto[];
  /** Whose knowledge this is, when several processes serve. Null: there is only one. */
  worker: number | null;
}

export class TestAccountDto {
  /**
   * As clients name it. Absent: only the model list is asked for.
   * @example "gpt-4.1-mini"
   */
  @IsOptional()
  @IsString()
  @Length(1, 256)
  model?: string;
}

export class AccountTestDto {
  ok: boolean;
  /** `success`, or what is wrong: `unreachable`, `credential_rejected`, `first_byte_timeout`, … */
  outcome: string;
  /** The provider's HTTP status; null when there was no answer. */
  status: number | null;
  latency_ms: number;
}
