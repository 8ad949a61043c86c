import { NO_USAGE } from '../protocols/token-usage.js';
import type { OutcomeKind } from '../providers/outcome.js';
import type { Candidate } from '../routing/candidate.js';
import type { Decision, Plan } from '../routing/plan.js';
import type { UsageRecord } from '../stats/usage-record.js';
import { CallAccount } from './call-account.js';
import type { CarriedEvent } from './carrier.js';
import type { ClientCall } from './client-call.js';

const COMPLETED = { status: 200, endReason: 'completed', errorCode: null } as const;

describe('CallAccount', () => {
  it('measures from the arrival of the request', () => {
    const { clock, account, records } = setUp();
    clock.now = 1_002.5;
    const sentAt = account.sent(candidate('one'));
    clock.now = 1_050;
    account.firstToken();
    clock.now = 1_100.004;
    account.attempted(candidate('one'), success, { sentAt });
    account.close(COMPLETED);
    expect(records).toMatchObject([
      { latencyMs: 100, timeToFirstTokenMs: 50, overheadMs: 2.5, startedAt: 77 },
    ]);
    expect(records[0]!.attempts).toMatchObject([{ startedAtMs: 2.5, durationMs: 97.5 }]);
  });

  it('names the account that was asked last, and why the ones before failed', () => {
    const { account, records } = setUp();
    const failure = { ...success, kind: 'server_error', detail: 'boom' } as const;
    account.attempted(candidate('one'), failure, { sentAt: account.sent(candidate('one')) });
    account.attempted(candidate('two'), success, { sentAt: account.sent(candidate('two')) });
    account.close(COMPLETED);
    expect(records[0]).toMatchObject({ accountName: 'two', overheadMs: null });
    expect(records[0]!.attempts).toMatchObject([
      { accountName: 'one', outcome: 'server_error', error: 'boom' },
      { accountName: 'two', outcome: 'success', error: null },
    ]);
  });

  it("takes the provider's numbers where there are any", () => {
    const { account, records } = setUp();
    account.firstToken();
    account.passedOn(words(5));
    account.used({ ...NO_USAGE, inputTokens: 9 });
    account.close(COMPLETED);
    expect(records[0]).toMatchObject({ usageSource: 'provider', usage: { inputTokens: 9 } });
  });

  it('estimates what was given without numbers', () => {
    const { account, records } = setUp();
    account.firstToken();
    account.passedOn(words(5));
    account.close({ status: 499, endReason: 'client_closed', errorCode: null });
    expect(records[0]).toMatchObject({
      usageSource: 'estimated',
      usage: { inputTokens: 10, outputTokens: 5 },
    });
  });

  it('adds what was given to numbers that were only the first', () => {
    const { account, records } = setUp();
    account.firstToken();
    account.passedOn(words(50));
    account.used({ ...NO_USAGE, inputTokens: 9, cacheReadTokens: 7, outputTokens: 1 }, false);
    account.close({ status: 499, endReason: 'client_closed', errorCode: null });
    expect(records[0]).toMatchObject({
      usageSource: 'estimated',
      usage: { inputTokens: 9, cacheReadTokens: 7, outputTokens: 50 },
    });
  });

  it('never estimates less than the provider has counted already', () => {
    const { account, records } = setUp();
    account.firstToken();
    account.passedOn(words(5));
    account.used({ ...NO_USAGE, outputTokens: 40, reasoningTokens: 60 }, false);
    account.close({ status: 200, endReason: 'interrupted', errorCode: 'stream_interrupted' });
    expect(records[0]!.usage).toMatchObject({ outputTokens: 40, reasoningTokens: 60 });
  });

  it('estimates the prompt beside searches that were counted', () => {
    const { account, records } = setUp();
    account.firstToken();
    account.passedOn(words(5));
    account.used({ ...NO_USAGE, serverTools: { webSearches: 2, webFetches: 0 } }, false);
    account.close({ status: 499, endReason: 'client_closed', errorCode: null });
    expect(records[0]).toMatchObject({
      usageSource: 'estimated',
      usage: { inputTokens: 10, outputTokens: 5, serverTools: { webSearches: 2 } },
    });
  });

  it('estimates a whole answer without numbers by its length', () => {
    const { account, records } = setUp();
    account.answered(Buffer.alloc(1_200));
    account.close(COMPLETED);
    expect(records[0]).toMatchObject({
      usageSource: 'estimated',
      usage: { inputTokens: 10, outputTokens: 200 },
    });
  });

  it.each<[OutcomeKind, boolean, boolean]>([
    ['client_left', true, true],
    ['client_left', false, false],
    ['first_byte_timeout', true, true],
    ['rate_limited', true, false],
    ['server_error', true, false],
    ['unreachable', true, false],
  ])('after %s (sent: %s) charges the prompt: %s', (kind, wasSent, isCharged) => {
    const { account, records } = setUp();
    const sentAt = account.sent(candidate('one'));
    account.attempted(candidate('one'), { ...success, kind }, { sentAt, wasSent });
    account.close({ status: 499, endReason: 'client_closed', errorCode: null });
    expect(records[0]).toMatchObject({
      usageSource: isCharged ? 'estimated' : 'none',
      usage: { inputTokens: isCharged ? 10 : 0, outputTokens: 0 },
    });
  });

  it('charges nothing for counting tokens', () => {
    const { account, records } = setUp('count_tokens');
    account.sent(candidate('one'));
    account.answered(Buffer.alloc(30));
    account.close(COMPLETED);
    expect(records[0]).toMatchObject({ usageSource: 'none', usage: NO_USAGE });
    expect(account.begin(candidate('one')).upstream).toBeNull();
  });

  it('charges nothing for what gave nothing', () => {
    const { account, records } = setUp();
    account.sent(candidate('one'));
    account.close({ status: 502, endReason: 'upstream_error', errorCode: 'upstream_error' });
    expect(records[0]).toMatchObject({ usageSource: 'none', usage: NO_USAGE });
  });

  it('keeps the decision in the words of the API', () => {
    const { account, records } = setUp();
    account.close(COMPLETED);
    expect(records[0]!.decision).toEqual({
      strategy: 'random',
      models: ['m'],
      candidates: ['one', 'two'],
      excluded: [
        {
          account_id: 'id',
          account_name: 'two',
          model: 'm',
          reason: 'circuit_open',
          remaining_ms: 9,
        },
      ],
    });
  });

  it('closes once', () => {
    const { account, records } = setUp();
    account.close(COMPLETED);
    account.close({ status: 499, endReason: 'client_closed', errorCode: null });
    expect(records.map(({ status }) => status)).toEqual([200]);
  });
});

const success = { kind: 'success', status: 200, detail: '', retryAfterMs: null } as const;

const candidate = (name: string): Candidate =>
  ({ account: { id: name, name, adapter: { provider: 'openai' } }, model: 'm' }) as Candidate;

function words(count: number): CarriedEvent[] {
  return Array.from({ length: count }, () => ({ bytes: Buffer.alloc(100), meaning: 'content' }));
}

const decision: Decision = {
  strategy: 'random',
  models: ['m'],
  candidates: ['one', 'two'],
  excluded: [
    { accountId: 'id', accountName: 'two', model: 'm', reason: 'circuit_open', remainingMs: 9 },
  ],
};

function setUp(operation = 'chat') {
  const clock = { now: 1_000 };
  const records: UsageRecord[] = [];
  const call = {
    id: 'id',
    key: { id: 'key', name: 'Key', ownerId: null },
    operation,
    protocol: 'openai',
    model: 'm',
    stream: true,
    body: Buffer.alloc(40),
    tags: [],
    session: null,
    arrivedAt: 1_000,
    authenticatedAt: 1_000,
  } as unknown as ClientCall;
  const account = new CallAccount({
    call,
    plan: { decision } as unknown as Plan,
    headers: {},
    startedAt: 77,
    now: () => clock.now,
    close: (record) => records.push(record),
  });
  return { clock, account, records };
}
