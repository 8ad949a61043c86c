import { BlockList, isIP, isIPv4 } from 'node:net';
import { ConfigError } from '../config/config-error.js';

/** What an operator lets accounts point at, read from `UPSTREAM_ALLOW_PRIVATE`. */
export class AddressList {
  private readonly ranges = new BlockList();
  private readonly addresses = new Set<string>();
  private readonly hosts = new Set<string>();
  private readonly suffixes: string[] = [];

  /** @param entries CIDR ranges, single addresses, `host:port` and `*.suffix:port`; throws ConfigError on any other */
  constructor(entries: readonly string[]) {
    for (const entry of entries) this.add(entry.toLowerCase());
  }

  /** By a range; a range may be wide, so it is no permission for what nobody would list on purpose. */
  hasRange(address: string): boolean {
    return this.ranges.check(address, familyOf(address));
  }

  /** By the very address, with or without its port. */
  hasAddress(address: string, port: number): boolean {
    return this.addresses.has(address) || this.hosts.has(`${address}:${port}`);
  }

  /** By the host's name and port. */
  hasHost(hostname: string, port: number): boolean {
    const host = `${hostname}:${port}`;
    return this.hosts.has(host) || this.suffixes.some((suffix) => host.endsWith(suffix));
  }

  private add(entry: string): void {
    const [network, bits, ...rest] = entry.split('/');
    if (bits !== undefined && rest.length === 0 && isIP(network!) && isPrefix(network!, bits)) {
      this.ranges.addSubnet(network!, Number(bits), familyOf(network!));
      return;
    }
    if (isIP(entry)) {
      this.addresses.add(canonical(entry));
      return;
    }
    const hostAndPort = /^(\*\.)?(\[[0-9a-f:.]+\]|[^\s/:*[\]]+):(\d{1,5})$/.exec(entry);
    if (!hostAndPort) {
      throw new ConfigError(
        `UPSTREAM_ALLOW_PRIVATE: "${entry}" is none of address, CIDR range, host:port, *.suffix:port`,
      );
    }
    const [, wildcard, host, port] = hostAndPort;
    if (wildcard) this.suffixes.push(`.${host}:${port}`);
    else this.hosts.add(`${canonical(host!)}:${port}`);
  }
}

/** As WHATWG URL writes a host, without the brackets and the final dot: the form everything is compared in. */
export function canonical(host: string): string {
  const bare = host.replace(/^\[|\]$/g, '').replace(/%.*$/, '');
  if (!isIP(bare)) return bare.replace(/\.$/, '').toLowerCase();
  if (isIPv4(bare)) return bare;
  const written = new URL(`http://[${bare}]`).hostname.slice(1, -1);
  return embeddedIPv4(written) ?? written;
}

/** The IPv4 address in `::ffff:a.b.c.d`: the system connects to that, so that is what must be judged. */
function embeddedIPv4(address: string): string | undefined {
  const groups = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(address);
  if (!groups) return undefined;
  const [high, low] = [parseInt(groups[1]!, 16), parseInt(groups[2]!, 16)];
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}

export function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIPv4(address) ? 'ipv4' : 'ipv6';
}

function isPrefix(network: string, bits: string): boolean {
  return /^\d{1,3}$/.test(bits) && Number(bits) <= (isIPv4(network) ? 32 : 128);
}
