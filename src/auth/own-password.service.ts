import { Injectable } from '@nestjs/common';
import { AuthService, type SignIn } from './auth.service.js';
import { InvalidCredentialsError } from './auth-error.js';
import { CredentialsService } from './credentials.service.js';
import type { LoginSource } from './login-throttles.service.js';
import { PasswordHasher } from './password-hasher.js';
import { refuseGuessable } from './password-policy.js';
import { UserChanges } from './user-changes.service.js';

export interface PasswordChange {
  currentPassword: string;
  newPassword: string;
}

/** People replacing their own password. */
@Injectable()
export class OwnPasswordService {
  constructor(
    private readonly credentials: CredentialsService,
    private readonly hasher: PasswordHasher,
    private readonly changes: UserChanges,
    private readonly auth: AuthService,
  ) {}

  /** Ends every session of the user, this one included, and opens a new one. */
  async change(
    source: LoginSource,
    { currentPassword, newPassword }: PasswordChange,
  ): Promise<SignIn> {
    refuseGuessable(newPassword, source.username, 'new_password');
    const user = await this.credentials.verify(source, currentPassword);
    const passwordHash = await this.hasher.hash(newPassword);
    const changed = await this.changes.replacePassword(user, passwordHash, source);
    if (!changed) throw new InvalidCredentialsError();
    return this.auth.signIn(changed, source);
  }
}
