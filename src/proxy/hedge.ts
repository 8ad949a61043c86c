import { within } from '../common/within.js';
import type { AttemptResult } from './attempt.js';
import type { RunningAttempt } from './running-attempt.js';

/** A finished attempt that answers the request, and one that need not be waited for any more. */
export interface Hedged {
  readonly winner: RunningAttempt;
  readonly result: AttemptResult;
  readonly loser: RunningAttempt | null;
}

/**
 * Waits for an attempt, and starts a spare one when it takes longer than usual; whichever answers first wins. A failure is
 * no answer while the other one may still give one.
 * @param usualMs how long to wait before the spare one
 * @param startSpare undefined: there is nobody to ask, or no budget for it
 */
export async function hedge(
  first: RunningAttempt,
  usualMs: number,
  startSpare: () => RunningAttempt | undefined | Promise<RunningAttempt | undefined>,
): Promise<Hedged> {
  const early = await within(usualMs, first.result);
  const spare = early ? undefined : await startSpare();
  if (early || !spare) return { winner: first, result: await first.result, loser: null };
  const [faster, slower] = await Promise.race([
    first.result.then(() => [first, spare] as const),
    spare.result.then(() => [spare, first] as const),
  ]);
  const result = await faster.result;
  if (result.kind !== 'failed') return { winner: faster, result, loser: slower };
  return { winner: slower, result: await slower.result, loser: faster };
}
