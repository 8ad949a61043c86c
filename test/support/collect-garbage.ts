import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** So that memory can be compared with what it was before. */
export function collectGarbage(): void {
  collect();
}
