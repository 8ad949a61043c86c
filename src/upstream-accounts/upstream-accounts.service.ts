import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { type EntityManager, IsNull, Repository } from 'typeorm';
import type { Actor } from '../audit/actor.js';
import { AuditService, type AuditRecord } from '../audit/audit.service.js';
import { changesBetween } from '../audit/changes.js';
import { Clock } from '../common/clock.js';
import { ConflictError, NotFoundError } from '../common/gateway-error.js';
import { decodeCursor, type PageQuery } from '../common/page.js';
import { uuidv7 } from '../common/request-id.js';
import { violatedConstraint } from '../database/violated-constraint.js';
import { AccountSettings, auditedState, newAccount } from './account-settings.js';
import { toStoredAccount, type StoredAccount } from './stored-account.js';
import type { CreateUpstreamAccountDto } from './dto/create-upstream-account.dto.js';
import type { UpdateUpstreamAccountDto } from './dto/update-upstream-account.dto.js';
import { UpstreamAccount } from './upstream-account.entity.js';

/** Keeps the accounts at the providers. They are the operator's: administrators see all of them, nobody else any. */
@Injectable()
export class UpstreamAccountsService {
  constructor(
    @InjectRepository(UpstreamAccount) private readonly accounts: Repository<UpstreamAccount>,
    private readonly settings: AccountSettings,
    private readonly audit: AuditService,
    private readonly clock: Clock,
  ) {}

  /** @param externalId the caller's own name for it, on the routes that have one */
  async create(
    body: CreateUpstreamAccountDto,
    actor: Actor,
    externalId: string | null = null,
  ): Promise<UpstreamAccount> {
    const now = new Date(this.clock.now());
    const account = newAccount(uuidv7(now.getTime()), now);
    account.externalId = externalId;
    this.settings.apply(account, body);
    await this.settings.admit(body);
    await this.accounts.manager
      .transaction(async (manager) => {
        await manager.insert(UpstreamAccount, account);
        const changes = changesBetween(null, auditedState(account));
        await this.record(
          { actor, action: 'upstream_account.create', objectId: account.id, changes },
          manager,
        );
      })
      .catch(explain);
    return account;
  }

  /** One more than the page holds when there is a next one. */
  list({ limit, cursor }: PageQuery): Promise<UpstreamAccount[]> {
    const rows = this.accounts
      .createQueryBuilder('account')
      .orderBy('account.createdAt', 'DESC')
      .addOrderBy('account.id', 'DESC')
      .take(limit + 1);
    if (cursor !== undefined) {
      const position = decodeCursor(cursor);
      rows.andWhere('(account.createdAt, account.id) < (:createdAt, :id)', { ...position });
    }
    return rows.getMany();
  }

  async get(id: string): Promise<UpstreamAccount> {
    return found(await this.accounts.findOneBy({ id }));
  }

  /** By the caller's own name for it; where nobody has given one, the account's name is it. */
  async getNamed(externalId: string): Promise<UpstreamAccount> {
    const account =
      (await this.accounts.findOneBy({ externalId })) ??
      (await this.accounts.findOneBy({ externalId: IsNull(), name: externalId }));
    return found(account);
  }

  async getByName(name: string): Promise<UpstreamAccount> {
    return found(await this.accounts.findOneBy({ name }));
  }

  async update(id: string, body: UpdateUpstreamAccountDto, actor: Actor): Promise<UpstreamAccount> {
    await this.settings.admit(body);
    return this.accounts.manager
      .transaction(async (manager) => {
        const account = await editable(id, manager);
        const before = auditedState(account);
        this.settings.apply(account, body);
        account.updatedAt = new Date(this.clock.now());
        await manager.save(account);
        const changes = changesBetween(before, auditedState(account));
        if (body.api_key !== undefined) changes['api_key'] = CREDENTIAL_REPLACED;
        await this.record(
          { actor, action: 'upstream_account.update', objectId: id, changes },
          manager,
        );
        return account;
      })
      .catch(explain);
  }

  /** Allowed for accounts of the configuration file too: it is an order about what happens now, not a setting. */
  orderCircuit(
    id: string,
    circuit: UpstreamAccount['circuit'],
    actor: Actor,
  ): Promise<UpstreamAccount> {
    return this.accounts.manager.transaction(async (manager) => {
      const account = await locked(id, manager);
      const before = account.circuit;
      account.circuit = circuit;
      account.updatedAt = new Date(this.clock.now());
      await manager.save(account);
      const changes = changesBetween({ circuit: before }, { circuit });
      await this.record(
        { actor, action: 'upstream_account.order_circuit', objectId: id, changes },
        manager,
      );
      return account;
    });
  }

  async delete(id: string, actor: Actor): Promise<void> {
    await this.accounts.manager.transaction(async (manager) => {
      const account = await editable(id, manager);
      await manager.delete(UpstreamAccount, { id });
      const changes = changesBetween(auditedState(account), null);
      await this.record(
        { actor, action: 'upstream_account.delete', objectId: id, changes },
        manager,
      );
    });
  }

  /**
   * Every account with its credential, for the data plane.
   * @param manager of the transaction that reads the other parts of the catalog as well
   */
  async listForCatalog(manager: EntityManager): Promise<StoredAccount[]> {
    const order = { createdAt: 'ASC', id: 'ASC' } as const;
    const accounts = await manager.find(UpstreamAccount, { order });
    return accounts.map((account) =>
      toStoredAccount(account, (one) => this.settings.secretOf(one)),
    );
  }

  private record(record: AuditRecord, manager: EntityManager): Promise<void> {
    return this.audit.record({ ...record, objectType: 'upstream_account' }, manager);
  }
}

const CREDENTIAL_REPLACED = { from: '(hidden)', to: '(replaced)' };

/** Read under a lock, so that what is written and what is logged fit together. */
async function locked(id: string, manager: EntityManager): Promise<UpstreamAccount> {
  const lock = { mode: 'pessimistic_write' } as const;
  return found(await manager.findOne(UpstreamAccount, { where: { id }, lock }));
}

async function editable(id: string, manager: EntityManager): Promise<UpstreamAccount> {
  const account = await locked(id, manager);
  if (account.managedBy === null) return account;
  throw new ConflictError(
    `"${account.name}" is managed by the configuration file: change it there`,
  );
}

function found(account: UpstreamAccount | null): UpstreamAccount {
  if (account) return account;
  throw new NotFoundError('no such upstream account');
}

function explain(cause: unknown): never {
  const constraint = violatedConstraint(cause) ?? '';
  const param = UNIQUE[constraint];
  if (param === undefined) throw cause;
  throw new ConflictError(`${param}: another upstream account has it`, { param, cause });
}

const UNIQUE: Record<string, string> = {
  upstream_accounts_name_key: 'name',
  upstream_accounts_external_id_key: 'id',
};
