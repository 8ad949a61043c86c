import { lookup as resolve, type LookupAddress } from 'node:dns';
import { isIP, type LookupFunction, type Socket } from 'node:net';
import { buildConnector } from 'undici';
import type { AddressPolicy } from './upstream-address.js';

/** The connection failed before there was one; `code` says how. */
export class UpstreamConnectError extends Error {
  constructor(
    message: string,
    readonly code: 'CONNECT_TIMEOUT' | 'ADDRESS_FORBIDDEN',
  ) {
    super(message);
  }

  override get name(): string {
    return 'UpstreamConnectError';
  }
}

export interface ConnectorOptions {
  policy: AddressPolicy;
  /** The one origin this connector serves. */
  origin: URL;
  timeoutMs: number;
  verifyTls: boolean;
}

/** undici's connector returns the socket it opens, which its types leave out. */
type SocketConnector = (...args: Parameters<buildConnector.connector>) => Socket;

/**
 * Opens connections to addresses that accounts may point at, and to no others, whatever a name resolves to by now. Checked for
 * literals (for which no lookup happens), for each looked-up address, and once more for the address that was reached.
 */
export function guardedConnector({
  policy,
  origin,
  timeoutMs,
  verifyTls,
}: ConnectorOptions): buildConnector.connector {
  const port = Number(origin.port) || (origin.protocol === 'https:' ? 443 : 80);
  const hostname = origin.hostname.replace(/^\[|\]$/g, '');
  const allows = (address: string): boolean => policy.allows(address, hostname, port);
  const connect = buildConnector({
    // One call a connection: over HTTP/2 one lost connection would end the calls of many clients.
    allowH2: false,
    timeout: 0,
    rejectUnauthorized: verifyTls,
    lookup: guardedLookup(allows),
    autoSelectFamily: true,
    keepAlive: true,
  }) as SocketConnector;
  return (options, callback) => {
    if (isIP(hostname) && !allows(hostname)) {
      callback(forbidden(hostname), null);
      return;
    }
    // undici's own connect timeout is only exact to half a second.
    const timer = setTimeout(() => {
      socket.destroy(
        new UpstreamConnectError(`no connection in ${timeoutMs} ms`, 'CONNECT_TIMEOUT'),
      );
    }, timeoutMs);
    const socket = connect(options, (error, connected) => {
      clearTimeout(timer);
      if (error) {
        callback(error, null);
      } else if (allows(connected.remoteAddress ?? '')) {
        callback(null, connected);
      } else {
        connected.destroy();
        callback(forbidden(hostname), null);
      }
    });
  };
}

function guardedLookup(allows: (address: string) => boolean): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
      if (error) {
        callback(error, '', 0);
        return;
      }
      const allowed = addresses.filter(({ address }) => allows(address));
      const first = allowed[0];
      if (!first) callback(forbidden(hostname), '', 0);
      else if (options.all) callback(null, allowed);
      else callback(null, first.address, first.family);
    });
  };
}

function forbidden(hostname: string): UpstreamConnectError {
  return new UpstreamConnectError(
    `${hostname} is not an address accounts may use`,
    'ADDRESS_FORBIDDEN',
  );
}
