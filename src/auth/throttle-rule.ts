/** Failed logins of one subject, as they are kept. */
export interface ThrottleState {
  failures: number;
  countingSince: Date;
  blockedUntil: Date | null;
  updatedAt: Date;
}

/** What one more failure makes of the state; null when there was none before. */
export type ThrottleRule = (before: ThrottleState | null, now: Date) => ThrottleState;

const FREE_FAILURES = 4;
const FIRST_BLOCK_MS = 1_000;
const LONGEST_BLOCK_MS = 15 * 60_000;
/** A day without a failure clears an account. */
export const FORGET_AFTER_MS = 24 * 3_600_000;

const ADDRESS_LIMIT = 20;
const ADDRESS_WINDOW_MS = 60_000;

/** From the fifth failure in a row each one blocks the account, for 1 s, then twice as long each time up to 15 min. */
export const accountRule: ThrottleRule = (before, now) => {
  const remembered = before && elapsed(before.updatedAt, now) < FORGET_AFTER_MS ? before : null;
  const failures = (remembered?.failures ?? 0) + 1;
  const blockMs =
    failures > FREE_FAILURES
      ? Math.min(FIRST_BLOCK_MS * 2 ** (failures - FREE_FAILURES - 1), LONGEST_BLOCK_MS)
      : 0;
  return {
    failures,
    countingSince: remembered?.countingSince ?? now,
    blockedUntil: blockMs ? new Date(now.getTime() + blockMs) : null,
    updatedAt: now,
  };
};

/** Twenty failures within a minute block a network until that minute is over, whichever accounts were tried. */
export const addressRule: ThrottleRule = (before, now) => {
  const current =
    before && elapsed(before.countingSince, now) < ADDRESS_WINDOW_MS
      ? before
      : { failures: 0, countingSince: now };
  const failures = current.failures + 1;
  const windowEnd = new Date(current.countingSince.getTime() + ADDRESS_WINDOW_MS);
  return {
    failures,
    countingSince: current.countingSince,
    blockedUntil: failures >= ADDRESS_LIMIT ? windowEnd : null,
    updatedAt: now,
  };
};

function elapsed(since: Date, now: Date): number {
  return now.getTime() - since.getTime();
}
