import { Body, Controller, Get, HttpCode, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentActor, CurrentOrigin, type Actor, type Origin } from '../audit/actor.js';
import { GatewayConfig } from '../config/gateway-config.js';
import { BeforePasswordChange, ForUsers, Public } from '../access/audience.js';
import { CurrentPrincipal, type Principal } from '../access/principal.js';
import { AuthService, type SignIn } from './auth.service.js';
import { ChangePasswordDto } from './dto/change-password.dto.js';
import { LoginDto } from './dto/login.dto.js';
import { ProfileDto } from './dto/profile.dto.js';
import { RefreshDto } from './dto/refresh.dto.js';
import { TokensDto } from './dto/tokens.dto.js';
import { OwnPasswordService } from './own-password.service.js';
import { SessionsService } from './sessions.service.js';

@ApiTags('Sign-in')
@Controller('api/auth')
export class AuthController {
  constructor(
    private readonly auth: AuthService,
    private readonly ownPassword: OwnPasswordService,
    private readonly sessions: SessionsService,
    private readonly config: GatewayConfig,
  ) {}

  /** Opens a session. */
  @Public()
  @Post('login')
  @HttpCode(200)
  async login(
    @Body() { username, password }: LoginDto,
    @CurrentOrigin() origin: Origin,
  ): Promise<TokensDto> {
    return this.tokens(await this.auth.login({ ...origin, username }, password));
  }

  /** Exchanges a refresh token for the next pair; one that comes twice ends the session. */
  @Public()
  @Post('refresh')
  @HttpCode(200)
  async refresh(
    @Body() { refresh_token: refreshToken }: RefreshDto,
    @CurrentOrigin() origin: Origin,
  ): Promise<TokensDto> {
    return this.tokens(await this.auth.refresh(refreshToken, origin));
  }

  /** Ends the session: its access token and its refresh tokens stop working at once. */
  @ForUsers()
  @BeforePasswordChange()
  @Post('logout')
  @HttpCode(204)
  logout(@CurrentPrincipal() { sessionId }: Principal): Promise<void> {
    return this.auth.logout(sessionId!);
  }

  /** Who is signed in. */
  @ForUsers()
  @BeforePasswordChange()
  @Get('me')
  async me(@CurrentPrincipal() { sessionId }: Principal): Promise<ProfileDto> {
    return ProfileDto.from(await this.sessions.getUser(sessionId!));
  }

  /** Ends all sessions of the caller; the answer opens a new one. */
  @ForUsers()
  @BeforePasswordChange()
  @Post('password')
  @HttpCode(200)
  async changePassword(
    @Body() body: ChangePasswordDto,
    @CurrentActor() actor: Actor,
  ): Promise<TokensDto> {
    const { current_password: currentPassword, new_password: newPassword } = body;
    const change = { currentPassword, newPassword };
    return this.tokens(await this.ownPassword.change(actor, change));
  }

  private tokens(signIn: SignIn): TokensDto {
    return TokensDto.from(signIn, this.config.environment.ACCESS_TOKEN_TTL_SECONDS);
  }
}
