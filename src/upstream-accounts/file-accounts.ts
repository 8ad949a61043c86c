import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { plainToInstance } from 'class-transformer';
import { validate } from 'class-validator';
import { type EntityManager, Repository } from 'typeorm';
import { CONFIGURATION_FILE } from '../audit/actor.js';
import { AuditService } from '../audit/audit.service.js';
import { changesBetween, type Changes } from '../audit/changes.js';
import { Clock } from '../common/clock.js';
import { GatewayError } from '../common/gateway-error.js';
import { uuidv7 } from '../common/request-id.js';
import { FileFault } from '../config/config-error.js';
import type { ConfigurationFile } from '../config/configuration-file.js';
import type { AppliedSection, ApplyMode, FileChange, FileSection } from '../config/file-section.js';
import { AccountSettings, auditedState, newAccount } from './account-settings.js';
import { CreateUpstreamAccountDto } from './dto/create-upstream-account.dto.js';
import { UpstreamAccount } from './upstream-account.entity.js';

type DeclaredProvider = ConfigurationFile['providers'][number];

/** The accounts that the configuration file declares, told apart by their names. */
@Injectable()
export class FileAccounts implements FileSection {
  readonly section = 'providers';

  constructor(
    @InjectRepository(UpstreamAccount) private readonly accounts: Repository<UpstreamAccount>,
    private readonly settings: AccountSettings,
    private readonly audit: AuditService,
    private readonly clock: Clock,
  ) {}

  async apply(
    { providers }: Pick<ConfigurationFile, 'providers'>,
    outer: EntityManager = this.accounts.manager,
    mode: ApplyMode = 'managed',
  ): Promise<AppliedSection> {
    const bodies = await Promise.all(providers.map((one, index) => this.admit(one, index)));
    refuseTwins(bodies);
    const changes = await outer.transaction(async (manager) => {
      // Instances that start together take turns, and nobody creates an account of the same name in between.
      await manager.query('LOCK TABLE upstream_accounts IN SHARE ROW EXCLUSIVE MODE');
      const present = await manager.find(UpstreamAccount);
      const made: FileChange[] = [];
      for (const account of present) {
        const vanished = !bodies.some(({ name }) => name === account.name);
        if (mode === 'managed' && account.managedBy === 'file' && vanished) {
          made.push(await this.remove(account, manager));
        }
      }
      for (const [index, body] of bodies.entries()) {
        const account = present.find(({ name }) => name === body.name);
        const verb = account
          ? await this.update(account, { body, index, mode }, manager)
          : await this.insert(body, mode, manager);
        made.push(change(body.name, verb));
      }
      return made;
    });
    return { changes };
  }

  /** By the same rules as a body of the API. */
  private async admit(
    declared: DeclaredProvider,
    index: number,
  ): Promise<CreateUpstreamAccountDto> {
    const body = toBody(declared);
    const [problem] = await validate(body);
    if (problem) {
      const at = FILE_WORDS[problem.property] ?? problem.property;
      throw fault(body.name, Object.values(problem.constraints ?? {}).join('; '), [index, at]);
    }
    try {
      this.settings.apply(newAccount('', new Date(0)), body);
      await this.settings.admit(body);
    } catch (cause) {
      if (!(cause instanceof GatewayError)) throw cause;
      const { param = 'name', message } = cause;
      const at = FILE_WORDS[param] ?? param;
      throw fault(body.name, message.replace(param, at), [index, at], cause);
    }
    return body;
  }

  private async insert(
    body: CreateUpstreamAccountDto,
    mode: ApplyMode,
    manager: EntityManager,
  ): Promise<'created'> {
    const now = new Date(this.clock.now());
    const account = newAccount(uuidv7(now.getTime()), now);
    this.settings.apply(account, body);
    account.managedBy = mode === 'managed' ? 'file' : null;
    await manager.insert(UpstreamAccount, account);
    await this.record(
      'upstream_account.create',
      account,
      changesBetween(null, auditedState(account)),
      manager,
    );
    return 'created';
  }

  /** What somebody else keeps is only taken over, or left alone, when it is already as declared. */
  private async update(
    account: UpstreamAccount,
    { body, index, mode }: { body: CreateUpstreamAccountDto; index: number; mode: ApplyMode },
    manager: EntityManager,
  ): Promise<'updated' | 'unchanged'> {
    const before = { ...auditedState(account), api_key: '(hidden)' };
    const api_key = this.settings.holds(account, body.api_key) ? '(hidden)' : '(replaced)';
    this.settings.apply(account, body);
    const differs = hasChanged(before, { ...auditedState(account), api_key });
    if (account.managedBy !== (mode === 'managed' ? 'file' : null)) {
      if (differs) throw fault(body.name, OF_OTHERS[mode], [index, 'name']);
      if (mode === 'imported') return 'unchanged';
      account.managedBy = 'file';
    }
    const after = { ...auditedState(account), api_key };
    if (!hasChanged(before, after)) return 'unchanged';
    account.updatedAt = new Date(this.clock.now());
    await manager.save(account);
    await this.record('upstream_account.update', account, changesBetween(before, after), manager);
    return 'updated';
  }

  private async remove(account: UpstreamAccount, manager: EntityManager): Promise<FileChange> {
    await manager.delete(UpstreamAccount, { id: account.id });
    await this.record(
      'upstream_account.delete',
      account,
      changesBetween(auditedState(account), null),
      manager,
    );
    return change(account.name, 'deleted');
  }

  private record(
    action: string,
    { id: objectId }: UpstreamAccount,
    changes: Changes,
    manager: EntityManager,
  ): Promise<void> {
    const what = { objectType: 'upstream_account', objectId };
    return this.audit.record({ actor: CONFIGURATION_FILE, action, ...what, changes }, manager);
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

/** Fields that have another name in the file. */
const FILE_WORDS: Record<string, string> = { base_url: 'api_base', provider: 'type' };

/** By mode: whose an account is that the file may not change. */
const OF_OTHERS = {
  managed: 'an account of this name was created through the API, and says something else',
  imported: 'is managed by the configuration file, and says something else: change it there',
};

function hasChanged(before: object, after: object): boolean {
  return Object.keys(changesBetween(before, after)).length > 0;
}

function change(name: string, verb: FileChange['verb']): FileChange {
  return { section: 'providers', name, verb };
}

function refuseTwins(bodies: readonly CreateUpstreamAccountDto[]): void {
  const names = bodies.map(({ name }) => name);
  const twin = names.findIndex((name, index) => names.indexOf(name) !== index);
  if (twin >= 0) throw fault(names[twin]!, 'is declared twice', [twin, 'name']);
}

function fault(
  name: string,
  reason: string,
  at: readonly (string | number)[],
  cause?: unknown,
): FileFault {
  return new FileFault(['providers', ...at], `providers: "${name}": ${reason}`, { cause });
}
