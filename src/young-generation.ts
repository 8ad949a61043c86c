import { PerformanceObserver } from 'node:perf_hooks';
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

/**
 * Both halves of it. V8 doubles them whenever as much has survived as they hold, so sooner or later to 64 MB even at 50 requests
 * a second. Collections are half as many then, and each takes twice as long: more memory for the same CPU.
 */
const ENOUGH_BYTES = 33_554_432;

/**
 * Loading the program leaves much garbage behind in a second. V8 takes that for the load to come and grows its young
 * generation to three times 16 MB, which an idle gateway would hold for nothing: a fifth of its memory. So it may only grow
 * once there is real work. V8 reads the factor anew at each collection.
 */
setFlagsFromString('--semi-space-growth-factor=1');

/** To be called when the gateway is ready. */
export function letYoungGenerationGrow(): void {
  // V8 also makes it smaller again: so it is looked at after each collection.
  new PerformanceObserver(adjustGrowth).observe({ entryTypes: ['gc'] });
  adjustGrowth();
}

function adjustGrowth(): void {
  const young = getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space')!;
  setFlagsFromString(`--semi-space-growth-factor=${young.space_size < ENOUGH_BYTES ? 2 : 1}`);
}
