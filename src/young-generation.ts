import { setFlagsFromString } from 'node:v8';

/**
 * Loading the program leaves much garbage behind in a second. V8 takes that for the load to come and grows its young
 * generation to three times 16 MB, which an idle gateway would hold for nothing: a fifth of its memory. So it may only grow
 * once there is real work. V8 reads the factor anew at each collection.
 */
setFlagsFromString('--semi-space-growth-factor=1');

/** To be called when the gateway is ready. */
export function letYoungGenerationGrow(): void {
  setFlagsFromString('--semi-space-growth-factor=2');
}
