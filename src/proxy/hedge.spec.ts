import type { AttemptResult } from './attempt.js';
import { hedge } from './hedge.js';
import type { RunningAttempt } from './running-attempt.js';

const answer = { kind: 'answer' } as AttemptResult;
const failure = { kind: 'failed' } as AttemptResult;

describe('hedge', () => {
  it('starts no spare one for an answer in time', async () => {
    const first = attempt(1, answer);
    let started = 0;
    const { winner, loser } = await hedge(first, 50, () => {
      started++;
      return undefined;
    });
    expect([winner, loser, started]).toEqual([first, null, 0]);
  });

  it.each([
    ['the spare one when it is faster', 60, answer, 5, answer, 'spare'],
    ['the first one when that is faster still', 20, answer, 60, answer, 'first'],
    ['the slower one when the faster has failed', 60, answer, 5, failure, 'first'],
    ['the spare one when the first fails behind its start', 20, failure, 40, answer, 'spare'],
  ])('takes %s', async (_, firstMs, firstResult, spareMs, spareResult, expected) => {
    const first = attempt(firstMs, firstResult);
    const spare = attempt(spareMs, spareResult);
    const { winner, loser, result } = await hedge(first, 10, () => spare);
    expect([winner, loser]).toEqual(expected === 'first' ? [first, spare] : [spare, first]);
    expect(result).toBe(answer);
  });

  it('waits for the first one when there is no spare one', async () => {
    const first = attempt(20, answer);
    expect(await hedge(first, 1, () => undefined)).toEqual({
      winner: first,
      result: answer,
      loser: null,
    });
  });
});

function attempt(afterMs: number, result: AttemptResult): RunningAttempt {
  return {
    result: new Promise((resolve) => setTimeout(resolve, afterMs, result)),
  } as unknown as RunningAttempt;
}
