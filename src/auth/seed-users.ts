import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { Clock } from '../common/clock.js';
import { Logger } from '../common/logger.js';
import { ConfigError } from '../config/config-error.js';
import { GatewayConfig } from '../config/gateway-config.js';
import type { StartupStep } from '../database/database.service.js';
import { DEFAULT_USERS, type DefaultUser } from './default-users.js';
import { PasswordHasher } from './password-hasher.js';

interface Seed extends DefaultUser {
  mustChangePassword: boolean;
}

/** The first users of an empty database; in production also the watch over the documented passwords. */
@Injectable()
export class SeedUsers implements StartupStep {
  readonly name = 'seed users';
  private seededDefaults = false;

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly config: GatewayConfig,
    private readonly hasher: PasswordHasher,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  /** Whether this start was the first one, and made the documented users. */
  get hasSeededDefaults(): boolean {
    return this.seededDefaults;
  }

  /** Throws ConfigError in production while an active user still has a documented password. */
  async run(): Promise<void> {
    if (this.config.production) {
      await this.refuseDefaultPasswords();
      await this.seedAdministrator();
    } else {
      await this.seedDefaultUsers();
    }
  }

  private async seedDefaultUsers(): Promise<void> {
    const seeds = DEFAULT_USERS.map((user) => ({ ...user, mustChangePassword: true }));
    this.seededDefaults = await this.insert(seeds);
    if (!this.seededDefaults) return;
    const names = DEFAULT_USERS.map(({ username, password }) => `${username} / ${password}`);
    this.logger.warn(`default users created for development: ${names.join(', ')}`, 'Auth');
  }

  private async seedAdministrator(): Promise<void> {
    const chosen = this.config.environment.ADMIN_INITIAL_PASSWORD;
    const password = chosen ?? randomBytes(18).toString('base64url');
    const mustChangePassword = chosen === undefined;
    const seed: Seed = { username: 'admin', password, role: 'admin', mustChangePassword };
    if (!(await this.insert([seed])) || chosen !== undefined) return;
    // Straight to the console: a log is kept and read by many, this is for whoever starts the gateway.
    process.stdout.write(`\nfirst administrator: admin\npassword, shown only now: ${password}\n\n`);
  }

  /** In one statement and only into an empty table: of instances that start together, one does it. */
  private async insert(seeds: readonly Seed[]): Promise<boolean> {
    const [known] = await this.dataSource.query<unknown[]>('SELECT 1 FROM users LIMIT 1');
    if (known) return false;
    const hashes = await Promise.all(seeds.map(({ password }) => this.hasher.hash(password)));
    const rows = await this.dataSource.query<unknown[]>(
      `INSERT INTO users
         (username, password_hash, role, must_change_password, created_at, updated_at)
       SELECT username, password_hash, role, must_change_password, $5, $5
       FROM unnest($1::text[], $2::text[], $3::text[], $4::boolean[])
         AS seed (username, password_hash, role, must_change_password)
       WHERE NOT EXISTS (SELECT 1 FROM users)
       ON CONFLICT (username) DO NOTHING
       RETURNING id`,
      [
        seeds.map(({ username }) => username),
        hashes,
        seeds.map(({ role }) => role),
        seeds.map(({ mustChangePassword }) => mustChangePassword),
        new Date(this.clock.now()),
      ],
    );
    return rows.length > 0;
  }

  private async refuseDefaultPasswords(): Promise<void> {
    const users = await this.dataSource.query<{ username: string; hash: string }[]>(
      `SELECT username, password_hash AS hash FROM users
       WHERE username = ANY($1) AND is_active ORDER BY username`,
      [DEFAULT_USERS.map(({ username }) => username)],
    );
    const exposed: string[] = [];
    for (const { username, hash } of users) {
      for (const { password } of DEFAULT_USERS) {
        if (await this.hasher.matches(password, () => Promise.resolve(hash)))
          exposed.push(username);
      }
    }
    if (!exposed.length) return;
    throw new ConfigError(
      `NODE_ENV: production is refused while a documented default password works for: ${exposed.join(', ')}; ` +
        'start with NODE_ENV=development and change it (POST /api/auth/password) or disable the user',
    );
  }
}
