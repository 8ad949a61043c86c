import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import type { Actor } from '../audit/actor.js';
import { AuditService } from '../audit/audit.service.js';
import { changesBetween } from '../audit/changes.js';
import { Clock } from '../common/clock.js';
import { ConflictError, NotFoundError } from '../common/gateway-error.js';
import { decodeCursor, type PageQuery } from '../common/page.js';
import { violatedConstraint } from '../database/violated-constraint.js';
import type { UsageLimitsDto } from '../common/usage-limits.dto.js';
import type { Role } from '../access/principal.js';
import { PasswordHasher } from './password-hasher.js';
import { refuseGuessable } from './password-policy.js';
import { auditedState, User } from './user.entity.js';
import { limitColumns } from './user-limits.js';

export interface NewUser extends UsageLimitsDto {
  username: string;
  password: string;
  role: Role;
}

@Injectable()
export class UsersService {
  constructor(
    @InjectRepository(User) private readonly users: Repository<User>,
    private readonly hasher: PasswordHasher,
    private readonly clock: Clock,
    private readonly audit: AuditService,
  ) {}

  /** One more than the limit when there is a next page. */
  list({ limit, cursor }: PageQuery): Promise<User[]> {
    const query = this.users
      .createQueryBuilder('person')
      .orderBy('person.createdAt', 'DESC')
      .addOrderBy('person.id', 'DESC')
      .limit(limit + 1);
    if (cursor) {
      query.where('(person.createdAt, person.id) < (:createdAt, :id)', decodeCursor(cursor));
    }
    return query.getMany();
  }

  /** Throws NotFoundError. */
  async get(id: string): Promise<User> {
    const user = await this.users.findOneBy({ id });
    if (!user) throw new NotFoundError('no such user');
    return user;
  }

  /** Throws ConflictError when the name is taken, in whatever case. */
  async create(body: NewUser, actor: Actor): Promise<User> {
    const { username, password, role } = body;
    refuseGuessable(password, username, 'password');
    const passwordHash = await this.hasher.hash(password);
    const now = new Date(this.clock.now());
    const user = this.users.create({
      username: username.toLowerCase(),
      passwordHash,
      role,
      ...limitColumns(body),
      createdAt: now,
      updatedAt: now,
    });
    await this.users.manager
      .transaction(async (manager) => {
        await manager.save(user);
        const record = { actor, action: 'user.create', objectType: 'user', objectId: user.id };
        await this.audit.record(
          { ...record, changes: changesBetween(null, auditedState(user)) },
          manager,
        );
      })
      .catch(explain);
    return user;
  }
}

function explain(cause: unknown): never {
  if (violatedConstraint(cause) !== 'users_username_key') throw cause;
  throw new ConflictError('the username is taken', { cause, param: 'username' });
}
