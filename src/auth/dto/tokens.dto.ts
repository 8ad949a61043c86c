import type { SignIn } from '../auth.service.js';
import { ProfileDto } from './profile.dto.js';

export class TokensDto {
  /** Sent as `Authorization: Bearer` with each call. */
  access_token: string;
  /** Works once, at POST /api/auth/refresh. */
  refresh_token: string;
  token_type: 'Bearer';
  /** Seconds until the access token ends. */
  expires_in: number;
  user: ProfileDto;

  static from({ accessToken, refreshToken, user }: SignIn, expiresInSeconds: number): TokensDto {
    return {
      access_token: accessToken,
      refresh_token: refreshToken,
      token_type: 'Bearer',
      expires_in: expiresInSeconds,
      user: ProfileDto.from(user),
    };
  }
}
