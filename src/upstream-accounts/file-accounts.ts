import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { plainToInstance } from 'class-transformer';
import { validate } from 'class-validator';
import { type EntityManager, Repository } from 'typeorm';
import { CONFIGURATION_FILE } from '../audit/actor.js';
import { AuditService } from '../audit/audit.service.js';
import { changesBetween } from '../audit/changes.js';
import { Clock } from '../common/clock.js';
import { GatewayError } from '../common/gateway-error.js';
import { uuidv7 } from '../common/request-id.js';
import { ConfigError } from '../config/config-error.js';
import type { ConfigurationFile } from '../config/configuration-file.js';
import { AccountSettings, auditedState, newAccount } from './account-settings.js';
import { CreateUpstreamAccountDto } from './dto/create-upstream-account.dto.js';
import { UpstreamAccount } from './upstream-account.entity.js';

type DeclaredProvider = ConfigurationFile['providers'][number];

/** The accounts that the configuration file declares, told apart by their names. */
@Injectable()
export class FileAccounts {
  constructor(
    @InjectRepository(UpstreamAccount) private readonly accounts: Repository<UpstreamAccount>,
    private readonly settings: AccountSettings,
    private readonly audit: AuditService,
    private readonly clock: Clock,
  ) {}

  /**
   * All or nothing, and what is as declared is not touched: nobody reloads for a file that says what it said before.
   * @param outer of a transaction that applies other parts of the file as well
   */
  async apply(
    declared: readonly DeclaredProvider[],
    outer: EntityManager = this.accounts.manager,
  ): Promise<void> {
    const bodies = await Promise.all(declared.map((one) => this.admit(one)));
    refuseTwins(bodies);
    await outer.transaction(async (manager) => {
      // Instances that start together take turns, and nobody creates an account of the same name in between.
      await manager.query('LOCK TABLE upstream_accounts IN SHARE ROW EXCLUSIVE MODE');
      const present = new Map((await manager.find(UpstreamAccount)).map((one) => [one.name, one]));
      for (const account of present.values()) {
        const vanished = !bodies.some(({ name }) => name === account.name);
        if (account.managedBy === 'file' && vanished) await this.remove(account, manager);
      }
      for (const body of bodies) {
        const account = present.get(body.name);
        if (!account) await this.insert(body, manager);
        else if (account.managedBy === 'file') await this.update(account, body, manager);
        else throw fault(body.name, 'an account of this name was created through the API');
      }
    });
  }

  /** By the same rules as a body of the API. */
  private async admit(declared: DeclaredProvider): Promise<CreateUpstreamAccountDto> {
    const body = toBody(declared);
    const [problem] = await validate(body);
    if (problem) throw fault(body.name, Object.values(problem.constraints ?? {}).join('; '));
    try {
      this.settings.apply(newAccount('', new Date(0)), body);
      await this.settings.admit(body);
    } catch (cause) {
      if (cause instanceof GatewayError) throw fault(body.name, inFileWords(cause), cause);
      throw cause;
    }
    return body;
  }

  private async insert(body: CreateUpstreamAccountDto, manager: EntityManager): Promise<void> {
    const now = new Date(this.clock.now());
    const account = newAccount(uuidv7(now.getTime()), now);
    this.settings.apply(account, body);
    account.managedBy = 'file';
    await manager.insert(UpstreamAccount, account);
    await this.record('create', account, null, auditedState(account), manager);
  }

  private async update(
    account: UpstreamAccount,
    body: CreateUpstreamAccountDto,
    manager: EntityManager,
  ): Promise<void> {
    const before = { ...auditedState(account), api_key: '(hidden)' };
    const api_key = this.settings.holds(account, body.api_key) ? '(hidden)' : '(replaced)';
    this.settings.apply(account, body);
    const after = { ...auditedState(account), api_key };
    if (!Object.keys(changesBetween(before, after)).length) return;
    account.updatedAt = new Date(this.clock.now());
    await manager.save(account);
    await this.record('update', account, before, after, manager);
  }

  private async remove(account: UpstreamAccount, manager: EntityManager): Promise<void> {
    await manager.delete(UpstreamAccount, { id: account.id });
    await this.record('delete', account, auditedState(account), null, manager);
  }

  private record(
    verb: string,
    { id }: UpstreamAccount,
    before: object | null,
    after: object | null,
    manager: EntityManager,
  ): Promise<void> {
    return this.audit.record(
      {
        actor: CONFIGURATION_FILE,
        action: `upstream_account.${verb}`,
        objectType: 'upstream_account',
        objectId: id,
        changes: changesBetween(before, after),
      },
      manager,
    );
  }
}

/** What the file leaves out is back at its default: the file says all there is. */
function toBody(declared: DeclaredProvider): CreateUpstreamAccountDto {
  return plainToInstance(CreateUpstreamAccountDto, {
    name: declared.name,
    provider: declared.type,
    base_url: declared.api_base ?? null,
    api_key: declared.api_key,
    weight: declared.weight,
    priority: declared.priority,
    enabled: declared.enabled,
    models: declared.models,
    model_mapping: declared.model_mapping,
    max_concurrency: declared.max_concurrency ?? null,
    requests_per_minute: declared.requests_per_minute ?? null,
    tokens_per_minute: declared.tokens_per_minute ?? null,
    verify_ssl: declared.verify_ssl ?? null,
  });
}

/** Two fields have another name in the file. */
function inFileWords({ param, message }: GatewayError): string {
  if (param === 'base_url') return message.replace('base_url', 'api_base');
  return param === 'provider' ? message.replace('provider', 'type') : message;
}

function refuseTwins(bodies: readonly CreateUpstreamAccountDto[]): void {
  const names = bodies.map(({ name }) => name);
  const twin = names.find((name, index) => names.indexOf(name) !== index);
  if (twin !== undefined) throw fault(twin, 'is declared twice');
}

function fault(name: string, reason: string, cause?: unknown): ConfigError {
  return new ConfigError(`providers: "${name}": ${reason}`, { cause });
}
