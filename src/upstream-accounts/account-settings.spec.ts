import { InvalidRequestError } from '../common/gateway-error.js';
import { AddressPolicy, ForbiddenAddressError } from '../providers/upstream-address.js';
import { AccountSettings, auditedState, newAccount } from './account-settings.js';
import { toStoredAccount } from './stored-account.js';
import { CredentialCipher } from './credential-cipher.js';
import type { UpstreamAccount } from './upstream-account.entity.js';

describe('AccountSettings', () => {
  const settings = settingsWith('a-secret');

  it('keeps a credential sealed and shows its end', () => {
    const account = accountWith('canary-credential-51d2');
    expect(account.credential.includes('canary')).toBe(false);
    expect(settings.secretOf(account)).toBe('canary-credential-51d2');
    expect(account.credentialHint).toBe('51d2');
    expect(JSON.stringify(auditedState(account))).not.toContain('canary');
  });

  it.each([
    ['k', ''],
    ['abc', ''],
    ['abcdefgh', 'gh'],
  ])('hints at %s with %j', (secret, hint) => {
    expect(accountWith(secret).credentialHint).toBe(hint);
  });

  it('knows its credential, and that another key encrypted it', () => {
    const account = accountWith('canary');
    expect(settings.holds(account, 'canary')).toBe(true);
    expect(settings.holds(account, 'other')).toBe(false);
    expect(settingsWith('new-secret', ['a-secret']).holds(account, 'canary')).toBe(false);
  });

  it('leaves what the body does not name', () => {
    const account = accountWith('canary');
    const before = Object.entries(account);
    settings.apply(account, {});
    expect(Object.entries(account)).toEqual(before);
  });

  it('writes the provider by its own name', () => {
    const account = accountWith('canary');
    settings.apply(account, { provider: 'OpenAI' });
    expect(account.provider).toBe('openai');
    expect(() => settings.apply(account, { provider: 'nobody' })).toThrow(/known are .*openai/);
  });

  it('wants an address for a provider that has none', () => {
    const account = accountWith('canary');
    const act = () => settings.apply(account, { provider: 'openai-compatible' });
    expect(act).toThrow(InvalidRequestError);
    settings.apply(account, { base_url: 'https://models.example.com' });
    expect(act).not.toThrow();
  });

  it('admits only addresses that the policy allows', async () => {
    await expect(settings.admit({ base_url: 'https://10.0.0.1' })).rejects.toThrow(
      ForbiddenAddressError,
    );
    await expect(settings.admit({ base_url: 'https://8.8.8.8' })).resolves.toBeUndefined();
    await expect(settings.admit({ base_url: null })).resolves.toBeUndefined();
  });

  function accountWith(secret: string): UpstreamAccount {
    const account = newAccount('01890000-0000-7000-8000-000000000001', new Date(0));
    settings.apply(account, { name: 'one', provider: 'openai', api_key: secret });
    return account;
  }

  describe('for the catalog', () => {
    it('gives the credential and a map of models', () => {
      const account = accountWith('canary');
      settings.apply(account, { base_url: 'https://x.example.com/v1/', model_mapping: { a: 'b' } });
      const { secret, fault, baseUrl, modelMapping } = toStoredAccount(account, (one) =>
        settings.secretOf(one),
      );
      expect({ secret, fault, baseUrl }).toEqual({
        secret: 'canary',
        fault: undefined,
        baseUrl: 'https://x.example.com/v1',
      });
      expect([...modelMapping]).toEqual([['a', 'b']]);
      expect(modelMapping.get('constructor')).toBeUndefined();
    });

    it('says what is wrong with an account that cannot be decrypted', () => {
      const stranger = settingsWith('another-secret');
      const account = toStoredAccount(accountWith('canary'), (one) => stranger.secretOf(one));
      expect(account.fault).toMatch(/ENCRYPTION_KEYS_OLD/);
      expect(account.secret).toBeUndefined();
    });
  });
});

function settingsWith(secret: string, older: string[] = []): AccountSettings {
  const policy = new AddressPolicy({ production: true, allowPrivate: [] });
  return new AccountSettings(policy, new CredentialCipher(secret, older));
}
