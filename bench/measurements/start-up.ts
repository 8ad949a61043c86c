import type { Ground } from '../targets/target.ts';
import { startGateway } from '../targets/gateway.ts';
import { figureOf, type Figure } from '../statistics.ts';

/** Milliseconds from nothing to ready, on a database that exists already. */
export async function measureStartUp(ground: Ground, starts: number): Promise<Figure | null> {
  const times: number[] = [];
  for (let start = 0; start <= starts; start++) {
    const startedAt = performance.now();
    const { process } = await startGateway(ground, { name: 'start-up' });
    const elapsedMs = performance.now() - startedAt;
    await process.stop();
    // The first one makes the database.
    if (start > 0) times.push(elapsedMs);
  }
  return figureOf(times);
}
