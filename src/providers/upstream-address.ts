import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { GatewayError, InvalidRequestError } from '../common/gateway-error.js';
import type { GatewayConfig } from '../config/gateway-config.js';
import { AddressList, canonical } from './address-list.js';
import { isDenied, isMetadata } from './special-addresses.js';

/** An account may not point there. */
export class ForbiddenAddressError extends GatewayError {
  readonly status = 422;
  readonly code = 'forbidden_address';
}

/** All addresses of a host name; rejects when there are none. */
export type LookUp = (hostname: string) => Promise<readonly { address: string }[]>;

/** A name server that does not answer must not hold up the writing of an account. */
const LOOKUP_TIMEOUT_MS = 2_000;

/**
 * Where the gateway may connect to. Asked twice: when an address is written, for a clear answer to the administrator, and with
 * the socket's own address at connect time, because a name can point elsewhere by then.
 */
export class AddressPolicy {
  private readonly production: boolean;
  private readonly allowed: AddressList;

  constructor(
    { production, allowPrivate }: Pick<GatewayConfig, 'production' | 'allowPrivate'>,
    private readonly lookUp: LookUp = (hostname) => lookup(hostname, { all: true }),
  ) {
    this.production = production;
    this.allowed = new AddressList(allowPrivate);
  }

  /** Throws ForbiddenAddressError for what can be told without asking a name server. */
  checkUrl(url: string): void {
    const { protocol, hostname, port } = this.parse(url);
    if (isIP(hostname) && !this.allows(hostname, hostname, port)) refuse(hostname);
    if (protocol === 'http:' && this.production && !this.permitsPlainHttp(hostname, port)) {
      throw forbidden(
        `http is refused in production unless UPSTREAM_ALLOW_PRIVATE lists ${hostname}:${port}`,
      );
    }
  }

  /** Also refuses a name that leads to a denied address today. One that resolves to nothing is judged when it is used. */
  async resolve(url: string): Promise<void> {
    this.checkUrl(url);
    const { hostname, port } = this.parse(url);
    if (isIP(hostname)) return;
    for (const { address } of await this.addressesOf(hostname)) {
      if (!this.allows(address, hostname, port)) refuse(hostname);
    }
  }

  /**
   * Whether a socket may be connected.
   * @param address what the name resolved to, or the literal itself
   * @param hostname as in the URL
   */
  allows(address: string, hostname: string, port: number): boolean {
    const target = canonical(address);
    if (!isIP(target)) return false;
    if (isMetadata(target)) return this.allowed.hasAddress(target, port);
    if (!isDenied(target)) return true;
    return (
      this.allowed.hasRange(target) ||
      this.allowed.hasAddress(target, port) ||
      this.allowed.hasHost(canonical(hostname), port)
    );
  }

  private parse(url: string): { protocol: string; hostname: string; port: number } {
    if (!URL.canParse(url)) {
      throw new InvalidRequestError('base_url: expected an absolute URL', { param: 'base_url' });
    }
    const { protocol, hostname, port, username, password, hash } = new URL(url);
    if (protocol !== 'https:' && protocol !== 'http:') throw forbidden('expected https or http');
    if (username || password) throw forbidden('credentials in the URL are refused, use api_key');
    if (hash) throw forbidden('a fragment is refused');
    const defaultPort = protocol === 'https:' ? 443 : 80;
    return { protocol, hostname: canonical(hostname), port: port ? Number(port) : defaultPort };
  }

  private permitsPlainHttp(hostname: string, port: number): boolean {
    const { allowed } = this;
    if (allowed.hasHost(hostname, port)) return true;
    return (
      isIP(hostname) !== 0 && (allowed.hasRange(hostname) || allowed.hasAddress(hostname, port))
    );
  }

  private async addressesOf(hostname: string): Promise<readonly { address: string }[]> {
    const giveUp = new AbortController();
    try {
      return await Promise.race([
        this.lookUp(hostname),
        sleep(LOOKUP_TIMEOUT_MS, [], { signal: giveUp.signal }),
      ]);
    } catch {
      return [];
    } finally {
      giveUp.abort();
    }
  }
}

function refuse(hostname: string): never {
  throw forbidden(
    `${hostname} is or leads to an address that is not public; list it in UPSTREAM_ALLOW_PRIVATE to use it`,
  );
}

function forbidden(reason: string): ForbiddenAddressError {
  return new ForbiddenAddressError(`base_url: ${reason}`, { param: 'base_url' });
}
