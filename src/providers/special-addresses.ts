import { BlockList } from 'node:net';
import { familyOf } from './address-list.js';

/** @param address canonical, as `canonical()` writes it */
export function isMetadata(address: string): boolean {
  return METADATA.check(address, familyOf(address));
}

/** @param address canonical, as `canonical()` writes it */
export function isDenied(address: string): boolean {
  return DENIED.check(address, familyOf(address));
}

/**
 * Where clouds hand out the credentials of a machine: AWS, Azure and Google on 169.254, AWS on fd00:ec2::254, Alibaba on
 * 100.100.100.200, Oracle on 192.0.0.192, Azure's agent on 168.63.129.16. No range and no host name permits them.
 */
const METADATA = blockList([
  '169.254.0.0/16',
  'fd00:ec2::254/128',
  '100.100.100.200/32',
  '192.0.0.192/32',
  '168.63.129.16/32',
]);

/**
 * Not public: IANA's special-purpose registries (RFC 6890), and the forms that wrap an IPv4 address. Mapped ones
 * (::ffff:0:0/96) never come here, and must not: BlockList takes every IPv4 address for one of them.
 */
const DENIED = blockList([
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '224.0.0.0/4',
  '240.0.0.0/4',
  '::/96',
  '::ffff:0:0:0/96',
  '64:ff9b::/96',
  '64:ff9b:1::/48',
  '100::/64',
  '2001::/32',
  '2002::/16',
  'fc00::/7',
  'fe80::/10',
  'fec0::/10',
  'ff00::/8',
]);

function blockList(ranges: readonly string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [network, bits] = range.split('/');
    list.addSubnet(network!, Number(bits), familyOf(network!));
  }
  return list;
}
