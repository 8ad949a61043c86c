import { createHmac, generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { ADMIN, Gateway, USER } from './support/gateway.js';

const SECRET = 'a-signing-key-that-only-this-test-knows-4711';
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const publicPem = rsa.publicKey.export({ type: 'spki', format: 'pem' }) as string;

type Json = Record<string, unknown>;

describe('access tokens', () => {
  let gateway: Gateway;
  let genuine: string;
  let claims: Json;
  let other: Json;

  beforeAll(async () => {
    gateway = await Gateway.start({ env: { JWT_SECRET: SECRET } });
    genuine = await gateway.login(ADMIN);
    claims = decode(genuine, 1);
    other = decode(await gateway.login(USER), 1);
  });

  afterAll(async () => {
    await gateway.stop();
  });

  it('say who, which session and until when, and nothing of roles or names', () => {
    expect(decode(genuine, 0)).toEqual({ alg: 'HS256', typ: 'JWT' });
    expect(claims).toEqual({
      iss: 'llm-gateway',
      aud: 'llm-gateway-api',
      sub: expect.any(String),
      sid: expect.any(String),
      jti: expect.any(String),
      token_version: 0,
      iat: expect.any(Number),
      exp: (claims['iat'] as number) + 900,
    });
  });

  it('are accepted when this test signs them right, so that each refusal below is about its own fault', async () => {
    expect(await statusOf(hmac({ ...claims, jti: randomUUID() }))).toBe(200);
  });

  const forgeries: [string, () => string][] = [
    ['alg none without a signature', () => join({ alg: 'none' }, claims, '')],
    ['alg nOnE with the genuine signature', () => join({ alg: 'nOnE' }, claims, part(genuine, 2))],
    ['no alg', () => join({ typ: 'JWT' }, claims, hmacOf({ typ: 'JWT' }, claims))],
    ['HS384 with the right secret', () => hmac(claims, { alg: 'HS384' }, 'sha384')],
    ['HS512 with the right secret', () => hmac(claims, { alg: 'HS512' }, 'sha512')],
    ['HS384 in the header over an HS256 signature', () => hmac(claims, { alg: 'HS384' })],
    ['RS256 with a key of its own', () => rs256({ alg: 'RS256' })],
    ['RS256 with its key in the header', () => rs256({ alg: 'RS256', jwk: jwk() })],
    ['HS256 keyed with a public key', () => hmac(claims, { alg: 'HS256' }, 'sha256', publicPem)],
    ['HS256 keyed with another secret', () => hmac(claims, undefined, 'sha256', 'x'.repeat(40))],
    ['HS256 keyed with nothing', () => hmac(claims, undefined, 'sha256', '')],
    ['another subject under the genuine signature', () => edited({ sub: other['sub'] })],
    ['a later end under the genuine signature', () => edited({ exp: 9_999_999_999 })],
    ['no signature', () => genuine.slice(0, genuine.lastIndexOf('.') + 1)],
    ['a cut signature', () => genuine.slice(0, -4)],
    ['another issuer', () => hmac({ ...claims, iss: 'somebody' })],
    ['no issuer', () => hmac(without('iss'))],
    ['another audience', () => hmac({ ...claims, aud: 'llm-gateway' })],
    ['no audience', () => hmac(without('aud'))],
    ['an end in the past', () => hmac({ ...claims, exp: seconds() - 1 })],
    ['an issue too long ago for its late end', () => hmac({ ...claims, iat: seconds() - 1_000 })],
    ['neither issue nor end', () => hmac({ ...without('iat'), exp: undefined })],
    ['a beginning in the future', () => hmac({ ...claims, nbf: seconds() + 60 })],
    ['a session nobody has', () => hmac({ ...claims, sid: randomUUID() })],
    ['the session of somebody else', () => hmac({ ...claims, sid: other['sid'] })],
    ['no session', () => hmac(without('sid'))],
    ['a session that is no id', () => hmac({ ...claims, sid: `' OR true --` })],
    ['a session that is no text', () => hmac({ ...claims, sid: { $ne: null } })],
    ['an earlier token version', () => hmac({ ...claims, token_version: -1 })],
    ['no token version', () => hmac(without('token_version'))],
    ['text that is no token', () => 'not-a-token'],
  ];

  it.each(forgeries)('are refused with %s', async (_, forge) => {
    expect(await statusOf(forge())).toBe(401);
  });

  async function statusOf(token: string): Promise<number> {
    return (await gateway.call('GET', '/api/auth/me', { token })).status;
  }

  function edited(change: Json): string {
    return join(decode(genuine, 0), { ...claims, ...change }, part(genuine, 2));
  }

  function without(name: string): Json {
    return Object.fromEntries(Object.entries(claims).filter(([key]) => key !== name));
  }

  function rs256(header: Json): string {
    const signature = sign('sha256', Buffer.from(unsigned(header, claims)), rsa.privateKey);
    return join(header, claims, signature.toString('base64url'));
  }
});

function hmac(
  claims: Json,
  header: Json = { alg: 'HS256', typ: 'JWT' },
  hash = 'sha256',
  key = SECRET,
): string {
  return join(header, claims, hmacOf(header, claims, hash, key));
}

function hmacOf(header: Json, claims: Json, hash = 'sha256', key = SECRET): string {
  return createHmac(hash, key).update(unsigned(header, claims)).digest('base64url');
}

function join(header: Json, claims: Json, signature: string): string {
  return `${unsigned(header, claims)}.${signature}`;
}

function unsigned(header: Json, claims: Json): string {
  return [header, claims]
    .map((json) => Buffer.from(JSON.stringify(json)).toString('base64url'))
    .join('.');
}

function part(token: string, index: number): string {
  return token.split('.')[index]!;
}

function decode(token: string, index: number): Json {
  return JSON.parse(Buffer.from(part(token, index), 'base64url').toString('utf8')) as Json;
}

function jwk(): unknown {
  return rsa.publicKey.export({ format: 'jwk' });
}

function seconds(): number {
  return Math.floor(Date.now() / 1000);
}
