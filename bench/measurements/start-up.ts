import type { Ground } from '../targets/target.ts';
import { startGateway } from '../targets/gateway.ts';
import { figureOf, type Figure } from '../statistics.ts';

/** Milliseconds from nothing to ready, on a database that has everything of the configuration file already. */
export async function measureStartUp(ground: Ground, starts: number): Promise<Figure | null> {
  const times: number[] = [];
  let known: readonly string[] | undefined;
  for (let start = 0; start <= starts; start++) {
    const startedAt = performance.now();
    const { process, keys } = await startGateway(ground, {
      name: 'start-up',
      ...(known && { keys: known }),
    });
    const elapsedMs = performance.now() - startedAt;
    await process.stop();
    known = keys;
    // The first one makes the database.
    if (start > 0) times.push(elapsedMs);
  }
  return figureOf(times);
}
