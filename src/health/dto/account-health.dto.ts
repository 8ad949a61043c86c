export class RestingDto {
  /** The upstream's name; null: the whole account. */
  model: string | null;
  /** How the last call ended, such as `rate_limited`. */
  reason: string;
  /** Until it is asked again. */
  for_seconds: number;
}

export class AccountHealthDto {
  /** `resting` when all or part of it is left alone for a while, `disabled` when it is switched off or its credential cannot be read. */
  status: 'healthy' | 'resting' | 'disabled';
  resting: RestingDto[];
}

export class AccountTestDto {
  ok: boolean;
  /** `success`, or what is wrong: `unreachable`, `credential_rejected`, `first_byte_timeout`, … */
  outcome: string;
  /** The provider's HTTP status; null when there was no answer. */
  status: number | null;
  latency_ms: number;
}
