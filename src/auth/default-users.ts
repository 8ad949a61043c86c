import type { Role } from '../access/principal.js';

export interface DefaultUser {
  username: string;
  password: string;
  role: Role;
}

/** As documented, for a first start in development. Production refuses to run while one of these passwords works. */
export const DEFAULT_USERS: readonly [DefaultUser, ...DefaultUser[]] = [
  { username: 'admin', password: 'admin123456', role: 'admin' },
  { username: 'testuser', password: 'testpass123', role: 'user' },
];
