import { setTimeout as sleep } from 'node:timers/promises';
import type { Topic } from '../common/channel.js';
import type { WorkerProcess } from './worker-process.js';

/** Nobody waits longer for a worker that does not answer. */
const DEADLINE_MS = 2_000;

/** The answers of those that answer in time; one that cannot, as during its start, has none. */
export async function askAll<Question, Answer>(
  workers: readonly Pick<WorkerProcess, 'channel'>[],
  topic: Topic<Question, Answer>,
  question: Question,
): Promise<Awaited<Answer>[]> {
  const end = new AbortController();
  const tooLate = sleep(DEADLINE_MS, null, { signal: end.signal }).catch(() => null);
  const answers = await Promise.all(
    workers.map(({ channel }) =>
      Promise.race([
        channel.ask(topic, question).then(
          (answer) => [answer],
          () => null,
        ),
        tooLate,
      ]),
    ),
  );
  end.abort();
  return answers.flatMap((answer) => answer ?? []);
}
