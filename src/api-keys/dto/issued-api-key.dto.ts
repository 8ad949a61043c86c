import type { IssuedApiKey } from '../api-keys.service.js';
import { ApiKeyDto } from './api-key.dto.js';

/** The only answer that shows the key itself. */
export class IssuedApiKeyDto extends ApiKeyDto {
  /**
   * Shown this once and never again.
   * @example "sk-gw-4fT9QxAIwlVbnXHc27Zsm0kGjPYdOuRtEae6B1MNqKv_0aQ3fZ"
   */
  key: string;

  static issued({ apiKey, secret }: IssuedApiKey): IssuedApiKeyDto {
    return Object.assign(new IssuedApiKeyDto(), ApiKeyDto.from(apiKey), { key: secret });
  }
}
