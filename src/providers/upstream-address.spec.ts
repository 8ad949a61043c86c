import { AddressPolicy, ForbiddenAddressError, type LookUp } from './upstream-address.js';

describe('AddressPolicy', () => {
  describe('in production', () => {
    const policy = production();

    it.each([
      ['dotted', 'https://127.0.0.1/v1'],
      ['hexadecimal', 'https://0x7f000001/v1'],
      ['hexadecimal by parts', 'https://0x7f.0x0.0x0.0x1'],
      ['octal', 'https://0177.0.0.1'],
      ['decimal', 'https://2130706433'],
      ['short', 'https://127.1'],
      ['full-width', 'https://１２７.０.０.１'],
      ['full-width dots', 'https://127。0。0。1'],
      ['percent-encoded', 'https://%31%32%37.0.0.1'],
      ['trailing dot', 'https://127.0.0.1.'],
      ['upper-case hexadecimal', 'https://0X7F000001'],
      ['unspecified', 'https://0'],
      ['IPv6 loopback', 'https://[::1]'],
      ['IPv6 loopback in full', 'https://[0:0:0:0:0:0:0:1]'],
      ['IPv6 unspecified', 'https://[::]'],
      ['mapped, dotted', 'https://[::ffff:127.0.0.1]'],
      ['mapped, hexadecimal', 'https://[::ffff:7f00:1]'],
      ['compatible', 'https://[::7f00:1]'],
      ['NAT64', 'https://[64:ff9b::7f00:1]'],
      ['6to4', 'https://[2002:7f00:1::]'],
      ['RFC 1918, 10/8', 'https://10.1.2.3'],
      ['RFC 1918, 172.16/12', 'https://172.31.255.255'],
      ['RFC 1918, 192.168/16', 'https://192.168.0.1'],
      ['carrier-grade NAT', 'https://100.64.0.1'],
      ['link-local', 'https://169.254.1.1'],
      ['metadata', 'https://169.254.169.254/latest/meta-data'],
      ['metadata, mapped', 'https://[::ffff:a9fe:a9fe]'],
      ['metadata, IPv6', 'https://[fd00:ec2::254]'],
      ['metadata, Azure', 'https://168.63.129.16'],
      ['IETF protocols', 'https://192.0.0.8'],
      ['benchmarking', 'https://198.19.0.1'],
      ['multicast', 'https://224.0.0.1'],
      ['reserved', 'https://255.255.255.255'],
      ['unique local', 'https://[fc00::1]'],
      ['IPv6 link-local', 'https://[fe80::1]'],
      ['IPv6 multicast', 'https://[ff02::1]'],
    ])('refuses %s', (_, url) => {
      expect(() => policy.checkUrl(url)).toThrow(ForbiddenAddressError);
    });

    it.each([
      ['http', 'http://api.example.com/v1'],
      ['another scheme', 'ftp://api.example.com'],
      ['a file', 'file:///etc/passwd'],
      ['credentials', 'https://user:pass@api.example.com'],
      ['a user name', 'https://user@api.example.com'],
      ['a fragment', 'https://api.example.com/v1#x'],
    ])('refuses %s', (_, url) => {
      expect(() => policy.checkUrl(url)).toThrow(ForbiddenAddressError);
    });

    it.each([
      'https://api.openai.com/v1',
      'https://api.example.com:8443',
      'https://8.8.8.8',
      'https://172.32.0.1',
      'https://[2606:4700::1111]/v1',
      'https://[::ffff:8.8.8.8]',
    ])('takes %s', (url) => {
      expect(() => policy.checkUrl(url)).not.toThrow();
    });

    it('names the field', () => {
      expect(faultOf(() => policy.checkUrl('https://127.0.0.1'))).toMatchObject({
        status: 422,
        code: 'forbidden_address',
        param: 'base_url',
      });
      expect(faultOf(() => policy.checkUrl('nonsense'))).toMatchObject({
        status: 400,
        param: 'base_url',
      });
    });
  });

  describe('with a list of its own', () => {
    const policy = production([
      '10.20.0.0/16',
      '192.168.1.5',
      'vllm.internal:8000',
      '*.models.svc:8080',
      '[::1]:9000',
    ]);

    it.each([
      'http://10.20.3.4:1234',
      'https://192.168.1.5',
      'http://vllm.internal:8000/v1',
      'http://VLLM.internal.:8000',
      'http://a.models.svc:8080',
      'http://[::1]:9000',
    ])('takes %s', (url) => {
      expect(() => policy.checkUrl(url)).not.toThrow();
    });

    it.each([
      'https://10.21.0.1',
      'https://192.168.1.6',
      'http://vllm.internal:8001',
      'http://models.svc:8080',
      'http://evilmodels.svc:8080',
      'https://[::1]:9001',
    ])('refuses %s', (url) => {
      expect(() => policy.checkUrl(url)).toThrow(ForbiddenAddressError);
    });

    it('lets a listed name lead to a private address on its port only', () => {
      expect(policy.allows('10.9.9.9', 'vllm.internal', 8000)).toBe(true);
      expect(policy.allows('10.9.9.9', 'vllm.internal', 8001)).toBe(false);
      expect(policy.allows('10.9.9.9', 'other.internal', 8000)).toBe(false);
    });

    it('lets no name lead to the metadata service', () => {
      expect(policy.allows('169.254.169.254', 'vllm.internal', 8000)).toBe(false);
      expect(policy.allows('::ffff:169.254.169.254', 'vllm.internal', 8000)).toBe(false);
    });

    it.each(['localhost', '10.0.0.0/33', '10.0.0.0/', '10.0.0.0/x', '*:80', 'http://x:80', ''])(
      'refuses the entry %j and names its variable',
      (entry) => expect(() => production([entry])).toThrow(/UPSTREAM_ALLOW_PRIVATE/),
    );
  });

  describe('in development', () => {
    const policy = new AddressPolicy({
      production: false,
      allowPrivate: ['127.0.0.0/8', '::1/128', '10.0.0.0/8', 'fc00::/7'],
    });

    it.each([
      'http://127.0.0.1:8000/v1',
      'http://[::1]:8000',
      'http://[::ffff:127.0.0.1]',
      'http://api.example.com',
    ])('takes %s', (url) => {
      expect(() => policy.checkUrl(url)).not.toThrow();
    });

    it.each(['http://169.254.169.254', 'http://[fd00:ec2::254]', 'http://0.0.0.0:8000'])(
      'refuses %s',
      (url) => expect(() => policy.checkUrl(url)).toThrow(ForbiddenAddressError),
    );
  });

  describe('resolve', () => {
    it('refuses a name of which one address is denied', async () => {
      const policy = production([], answering('8.8.8.8', '10.0.0.1'));
      await expect(policy.resolve('https://api.example.com')).rejects.toThrow(
        ForbiddenAddressError,
      );
    });

    it('takes a name whose addresses are all public', async () => {
      const policy = production([], answering('8.8.8.8', '2606:4700::1111'));
      await expect(policy.resolve('https://api.example.com')).resolves.toBeUndefined();
    });

    it('takes a name that does not resolve', async () => {
      const policy = production([], () => Promise.reject(new Error('ENOTFOUND')));
      await expect(policy.resolve('https://later.example.com')).resolves.toBeUndefined();
    });
  });
});

function production(allowPrivate: string[] = [], lookUp?: LookUp): AddressPolicy {
  return new AddressPolicy({ production: true, allowPrivate }, lookUp);
}

function answering(...addresses: string[]): LookUp {
  return () => Promise.resolve(addresses.map((address) => ({ address })));
}

function faultOf(act: () => void): unknown {
  try {
    act();
    return undefined;
  } catch (error) {
    return error;
  }
}
