import type { Role } from '../../access/principal.js';
import type { SessionUser } from '../sessions.service.js';

/** The signed-in person. */
export class ProfileDto {
  id: string;
  username: string;
  role: Role;
  /** The password is an initial one; in production nothing but changing it is possible. */
  must_change_password: boolean;
  created_at: Date;

  static from({ id, username, role, mustChangePassword, createdAt }: ProfileSource): ProfileDto {
    return { id, username, role, must_change_password: mustChangePassword, created_at: createdAt };
  }
}

type ProfileSource = Omit<SessionUser, 'sessionId' | 'tokenVersion'>;
