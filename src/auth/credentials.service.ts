import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { InvalidCredentialsError } from './auth-error.js';
import { LoginThrottles, type LoginSource } from './login-throttles.service.js';
import { PasswordHasher } from './password-hasher.js';
import { User } from './user.entity.js';

/** Answers whether a name and a password belong together, at a pace no guesser can use. */
@Injectable()
export class CredentialsService {
  constructor(
    @InjectRepository(User) private readonly users: Repository<User>,
    private readonly hasher: PasswordHasher,
    private readonly throttles: LoginThrottles,
  ) {}

  /** Throws InvalidCredentialsError, TooManyLoginsError, or UnavailableError when too many are being checked. */
  async verify(source: LoginSource, password: string): Promise<User> {
    await this.throttles.refuseBlocked(source);
    let user: User | null = null;
    const matches = await this.hasher.matches(password, async () => {
      // Asked again in turn: of a hundred that got in line together, all but a few meet the block.
      await this.throttles.refuseBlocked(source);
      user = await this.find(source.username);
      return user?.passwordHash ?? null;
    });
    if (!user || !matches) {
      await this.throttles.recordFailure(source);
      throw new InvalidCredentialsError();
    }
    await this.throttles.recordSuccess(source);
    return user;
  }

  private find(username: string): Promise<User | null> {
    return this.users.findOne({
      where: { username: username.toLowerCase(), isActive: true },
      select: { id: true, username: true, passwordHash: true, tokenVersion: true },
    });
  }
}
