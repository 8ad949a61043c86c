/** What an account is like when nothing is wrong with it. */
export interface SimulatedAccount {
  readonly id: string;
  readonly weight: number;
  readonly firstTokenMs: number;
  readonly tokensPerSecond: number;
  readonly requestsPerSecond: number;
  /** USD per million tokens. */
  readonly price: { readonly input: number; readonly output: number };
}

export const ACCOUNTS: readonly SimulatedAccount[] = [
  account('large', 3, 400, 80, { input: 2, output: 8 }),
  account('medium-1', 2, 450, 80, { input: 2, output: 8 }),
  account('medium-2', 2, 500, 70, { input: 2, output: 8 }),
  account('fast', 1, 200, 160, { input: 4, output: 16 }),
  account('spare', 1, 700, 60, { input: 1.5, output: 6 }),
  account('cheap', 1, 1_000, 40, { input: 0.5, output: 2 }),
];

/** What is wrong with an account for a while. */
export interface Incident {
  readonly accountId: string;
  readonly what: string;
  /** Milliseconds from the start. */
  readonly from: number;
  readonly to: number;
  /** Factors on what the account is like, 1 where they are absent. */
  readonly slowdown?: number;
  readonly rate?: number;
  /** The share of requests answered with a 500. */
  readonly failures?: number;
  /** Never answers: the gateway gives up after `FIRST_BYTE_TIMEOUT_MS`. */
  readonly isSilent?: boolean;
}

export const INCIDENTS: readonly Incident[] = [
  { accountId: 'large', what: '5 times slower', from: 60_000, to: 150_000, slowdown: 5 },
  { accountId: 'medium-1', what: 'every request fails', from: 200_000, to: 270_000, failures: 1 },
  {
    accountId: 'medium-2',
    what: '3 in 10 requests fail',
    from: 320_000,
    to: 390_000,
    failures: 0.3,
  },
  { accountId: 'large', what: 'a tenth of its rate limit', from: 430_000, to: 490_000, rate: 0.1 },
  { accountId: 'cheap', what: 'never answers', from: 520_000, to: 580_000, isSilent: true },
];

export const DURATION_MS = 660_000;
export const FIRST_BYTE_TIMEOUT_MS = 10_000;
/** Half of what all accounts take together. */
export const REQUESTS_PER_SECOND = 40;

export function incidentOf(accountId: string, now: number): Incident | undefined {
  return INCIDENTS.find(
    ({ accountId: id, from, to }) => id === accountId && now >= from && now < to,
  );
}

/** Rate limits are like weights, as they should be. */
function account(
  id: string,
  weight: number,
  firstTokenMs: number,
  tokensPerSecond: number,
  price: SimulatedAccount['price'],
): SimulatedAccount {
  return { id, weight, firstTokenMs, tokensPerSecond, requestsPerSecond: 8 * weight, price };
}
