import { Injectable } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { fetchAnswer } from './fetch-answer.js';
import type { Outcome } from './outcome.js';
import type { ProviderAdapter, UpstreamTarget } from './provider-adapter.js';
import { UpstreamClient, type UpstreamEndpoint } from './upstream-client.js';

/** What the tokens of an account are asked for with. */
export interface TokenAccount extends UpstreamTarget, UpstreamEndpoint {
  readonly adapter: ProviderAdapter;
}

/** No token could be had; the outcome says why, as for any other call to the provider. */
export class UpstreamTokenError extends Error {
  constructor(readonly outcome: Outcome) {
    super(`no access token: ${outcome.detail}`);
  }
}

interface Token {
  readonly value: string;
  /** Monotonic milliseconds. */
  readonly expiresAt: number;
}

/** A token, or the question for it, and what it was asked with: a token outlives the credential it was got with. */
interface Asked {
  readonly secret: string;
  readonly baseUrl: string;
  readonly token: Promise<Token>;
}

const TIMEOUT_MS = 5_000;
/** A token is replaced before it expires, so that none expires on its way. */
const MARGIN_MS = 300_000;

/** For providers that take a short-lived token instead of the credential: asked for once, kept until shortly before its end. */
@Injectable()
export class UpstreamTokens {
  private readonly tokens = new Map<string, Asked>();

  constructor(
    private readonly client: UpstreamClient,
    private readonly clock: Clock,
  ) {}

  /** What to authenticate with: the credential itself where the provider takes it. Throws UpstreamTokenError. */
  async secretFor(account: TokenAccount): Promise<string> {
    if (!account.adapter.accessToken) return account.secret;
    const { id, secret, baseUrl } = account;
    const last = this.tokens.get(id);
    const isSame = last?.secret === secret && last.baseUrl === baseUrl;
    const asked = isSame ? last : this.ask(account);
    const { value, expiresAt } = await asked.token;
    if (expiresAt > this.clock.monotonic()) return value;
    this.drop(id, asked);
    return this.secretFor(account);
  }

  /** The provider does not take the token any more. */
  forget(accountId: string): void {
    this.tokens.delete(accountId);
  }

  /** Forgets the tokens of accounts that are gone. */
  retain(accountIds: ReadonlySet<string>): void {
    for (const id of this.tokens.keys()) if (!accountIds.has(id)) this.tokens.delete(id);
  }

  private ask(account: TokenAccount): Asked {
    const { id, secret, baseUrl } = account;
    const asked = { secret, baseUrl, token: this.request(account) };
    this.tokens.set(id, asked);
    asked.token.catch(() => this.drop(id, asked));
    return asked;
  }

  /** Unless another has taken its place. */
  private drop(accountId: string, asked: Asked): void {
    if (this.tokens.get(accountId) === asked) this.forget(accountId);
  }

  private async request(account: TokenAccount): Promise<Token> {
    const flow = account.adapter.accessToken!;
    const { url, headers } = flow.request(account);
    const answer = await fetchAnswer(this.client, account, {
      method: 'POST',
      url,
      headers,
      body: Buffer.alloc(0),
      timeoutMs: TIMEOUT_MS,
    });
    if (!('body' in answer)) throw new UpstreamTokenError(answer);
    try {
      const parsed = JSON.parse(answer.body.toString('utf8')) as Record<string, unknown>;
      const { accessToken, expiresInSeconds } = flow.read(parsed);
      const lifetimeMs = Math.max(expiresInSeconds * 1_000 - MARGIN_MS, MARGIN_MS);
      return { value: accessToken, expiresAt: this.clock.monotonic() + lifetimeMs };
    } catch (cause) {
      const detail = (cause as Error).message;
      throw new UpstreamTokenError({
        kind: answer.status < 500 ? 'credential_rejected' : 'server_error',
        status: answer.status,
        detail,
        retryAfterMs: null,
      });
    }
  }
}
