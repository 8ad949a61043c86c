import { BudgetDto } from '../../common/budget.dto.js';
import { RoutingPreferencesDto } from '../../routing-config/dto/routing-preferences.dto.js';
import type { Role } from '../../access/principal.js';
import { budgetOf, type User } from '../user.entity.js';

/** A user as administrators see them. */
export class UserDto {
  id: string;
  username: string;
  role: Role;
  is_active: boolean;
  must_change_password: boolean;
  requests_per_minute: number | null;
  tokens_per_minute: number | null;
  max_concurrency: number | null;
  budget: BudgetDto | null;
  /** Where a key has none. */
  routing_preferences: RoutingPreferencesDto | null;
  created_at: Date;
  updated_at: Date;

  static from(user: User): UserDto {
    return {
      id: user.id,
      username: user.username,
      role: user.role,
      is_active: user.isActive,
      must_change_password: user.mustChangePassword,
      requests_per_minute: user.requestsPerMinute ?? null,
      tokens_per_minute: user.tokensPerMinute ?? null,
      max_concurrency: user.maxConcurrency ?? null,
      budget: budgetOf(user),
      routing_preferences: user.routingPreferences ?? null,
      created_at: user.createdAt,
      updated_at: user.updatedAt,
    };
  }
}

export class UserPageDto {
  data: UserDto[];

  /** Null on the last page. */
  next_cursor: string | null;
}
