import { classifyAnswer, policyOf, type OutcomeKind } from './outcome.js';

const json = (value: unknown) => Buffer.from(JSON.stringify(value));
const openAi = (code: string | null, message = 'no') =>
  json({ error: { message, type: 'invalid_request_error', param: null, code } });

describe('classifyAnswer', () => {
  it.each<[number, Buffer, OutcomeKind]>([
    [400, openAi('context_length_exceeded'), 'request_refused'],
    [404, openAi('model_not_found'), 'request_refused'],
    [
      413,
      json({ type: 'error', error: { type: 'request_too_large', message: 'x' } }),
      'request_refused',
    ],
    [422, json({ detail: [{ msg: 'field required' }] }), 'request_refused'],
    [404, Buffer.from('<html>404</html>'), 'malformed'],
    [302, Buffer.from(''), 'malformed'],
    [401, openAi('invalid_api_key'), 'credential_rejected'],
    [403, json({ detail: 'forbidden' }), 'access_denied'],
    [
      400,
      json({
        code: 'Client specified an invalid argument',
        error: 'Incorrect API key provided: x',
      }),
      'credential_rejected',
    ],
    [
      400,
      json([{ error: { code: 400, message: 'm', details: [{ reason: 'API_KEY_INVALID' }] } }]),
      'credential_rejected',
    ],
    [402, json({ error: { message: 'Insufficient Balance' } }), 'quota_exhausted'],
    [429, openAi('insufficient_quota'), 'quota_exhausted'],
    [
      400,
      json({
        type: 'error',
        error: { type: 'invalid_request_error', message: 'Your credit balance is too low' },
      }),
      'quota_exhausted',
    ],
    [429, openAi('rate_limit_exceeded'), 'rate_limited'],
    [
      529,
      json({ type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }),
      'overloaded',
    ],
    [503, Buffer.from(''), 'unavailable'],
    [
      503,
      json({ type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }),
      'overloaded',
    ],
    [500, Buffer.from('<html>'), 'server_error'],
    [502, Buffer.from('<html>'), 'server_error'],
    [504, Buffer.from(''), 'timeout'],
    [408, Buffer.from(''), 'timeout'],
  ])('judges %i %s as %s', (status, body, kind) => {
    expect(classifyAnswer({ status, headers: {}, body }, 0).kind).toBe(kind);
  });

  it.each<[Record<string, string>, number | null]>([
    [{}, null],
    [{ 'retry-after': '3' }, 3_000],
    [{ 'retry-after-ms': '250', 'retry-after': '9' }, 250],
    [{ 'x-ms-retry-after-ms': '40' }, 40],
    [{ 'retry-after': 'Thu, 01 Jan 1970 00:00:07 GMT' }, 7_000],
    [{ 'retry-after': 'soon' }, 5_000],
    [{ 'retry-after': '-4' }, 5_000],
    [{ 'retry-after': '99999' }, 600_000],
  ])('reads how long to wait from %j', (headers, expected) => {
    expect(classifyAnswer({ status: 429, headers, body: Buffer.from('') }, 0).retryAfterMs).toBe(
      expected,
    );
  });

  it("reads Gemini's wait from the body", () => {
    const details = [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '37s' }];
    const body = json({
      error: { code: 429, status: 'RESOURCE_EXHAUSTED', message: 'm', details },
    });
    expect(classifyAnswer({ status: 429, headers: {}, body }, 0).retryAfterMs).toBe(37_000);
  });
});

describe('policyOf', () => {
  it("blames nobody else for the client's own mistake", () => {
    expect(policyOf('request_refused')).toMatchObject({
      blame: 'request',
      sameAccount: 'never',
      otherAccount: false,
      countsAsFailure: false,
    });
  });

  it.each<OutcomeKind>(['rate_limited', 'quota_exhausted', 'credential_rejected', 'client_left'])(
    'does not hold %s against the health of a model',
    (kind) => expect(policyOf(kind).countsAsFailure).toBe(false),
  );

  it.each<OutcomeKind>(['first_byte_timeout', 'timeout', 'connection_lost', 'interrupted'])(
    'knows that %s may have been charged',
    (kind) => expect(policyOf(kind).mayBeCharged).toBe(true),
  );
});
