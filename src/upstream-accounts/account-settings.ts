import { Injectable } from '@nestjs/common';
import { InvalidRequestError } from '../common/gateway-error.js';
import { findAdapter, PROVIDER_ADAPTERS } from '../providers/adapters/index.js';
import { AddressPolicy } from '../providers/upstream-address.js';
import { CredentialCipher } from './credential-cipher.js';
import type { UpdateUpstreamAccountDto } from './dto/update-upstream-account.dto.js';
import { UpstreamAccountDto } from './dto/upstream-account.dto.js';
import { UpstreamAccount } from './upstream-account.entity.js';

const HINT_LENGTH = 4;

/** How a body becomes an account: the provider must be known, the address allowed, the credential sealed. */
@Injectable()
export class AccountSettings {
  constructor(
    private readonly addresses: AddressPolicy,
    private readonly cipher: CredentialCipher,
  ) {}

  /** What needs time, and so is asked before a transaction. Throws ForbiddenAddressError or InvalidRequestError. */
  async admit({ base_url: baseUrl }: UpdateUpstreamAccountDto): Promise<void> {
    if (typeof baseUrl === 'string') await this.addresses.resolve(baseUrl);
  }

  /** Writes what the body names onto an account; what it leaves out stays. Throws InvalidRequestError. */
  apply(account: UpstreamAccount, body: UpdateUpstreamAccountDto): void {
    if (body.name !== undefined) account.name = body.name;
    if (body.provider !== undefined) account.provider = canonicalProvider(body.provider);
    if (body.base_url !== undefined) account.baseUrl = body.base_url;
    if (body.weight !== undefined) account.weight = body.weight;
    if (body.priority !== undefined) account.priority = body.priority;
    if (body.enabled !== undefined) account.isEnabled = body.enabled;
    if (body.models !== undefined) account.models = body.models;
    if (body.model_mapping !== undefined) account.modelMapping = body.model_mapping;
    if (body.max_concurrency !== undefined) account.maxConcurrency = body.max_concurrency;
    if (body.requests_per_minute !== undefined) {
      account.requestsPerMinute = body.requests_per_minute;
    }
    if (body.tokens_per_minute !== undefined) account.tokensPerMinute = body.tokens_per_minute;
    if (body.verify_ssl !== undefined) account.verifySsl = body.verify_ssl;
    if (body.api_key !== undefined) this.seal(account, body.api_key);
    refuseWithoutAddress(account);
  }

  /** The credential. Throws CredentialError. */
  secretOf({ id, credential, credentialKeyId }: UpstreamAccount): string {
    return this.cipher.decrypt(id, { keyId: credentialKeyId, ciphertext: credential });
  }

  /** Whether the account holds this credential, encrypted with the key of today. */
  holds(account: UpstreamAccount, secret: string): boolean {
    if (account.credentialKeyId !== this.cipher.currentKeyId) return false;
    try {
      return this.secretOf(account) === secret;
    } catch {
      return false;
    }
  }

  private seal(account: UpstreamAccount, secret: string): void {
    const { keyId, ciphertext } = this.cipher.encrypt(account.id, secret);
    account.credential = ciphertext;
    account.credentialKeyId = keyId;
    // Of a short one no more than a quarter; slice(-0) would show all of it.
    const shown = Math.min(HINT_LENGTH, Math.floor(secret.length / 4));
    account.credentialHint = secret.slice(secret.length - shown);
  }
}

/** An account with the defaults; name, provider and credential are still to come. */
export function newAccount(id: string, now: Date): UpstreamAccount {
  return Object.assign(new UpstreamAccount(), {
    id,
    externalId: null,
    baseUrl: null,
    weight: 1,
    priority: 0,
    isEnabled: true,
    models: [],
    modelMapping: {},
    maxConcurrency: null,
    requestsPerMinute: null,
    tokensPerMinute: null,
    verifySsl: null,
    circuit: null,
    managedBy: null,
    createdAt: now,
    updatedAt: now,
  });
}

/** What the audit log compares: all that may be shown, without the times that change with every write. */
export function auditedState(account: UpstreamAccount): object {
  const { created_at: _created, updated_at: _updated, ...state } = UpstreamAccountDto.from(account);
  return state;
}

function canonicalProvider(name: string): string {
  const adapter = findAdapter(name);
  if (adapter) return adapter.provider;
  const known = PROVIDER_ADAPTERS.map(({ provider }) => provider).join(', ');
  throw new InvalidRequestError(`provider: "${name}" is not known; known are ${known}`, {
    param: 'provider',
  });
}

function refuseWithoutAddress({ provider, baseUrl }: UpstreamAccount): void {
  if (baseUrl !== null || findAdapter(provider)?.defaultBaseUrl !== null) return;
  throw new InvalidRequestError(`base_url: an account of provider ${provider} needs one`, {
    param: 'base_url',
  });
}
