import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Keeps enough alive for V8 to want a larger young generation, and tells the largest that it had, in MB. */
const PROGRAM = `
  import { setImmediate as turn } from 'node:timers/promises';
  import { getHeapSpaceStatistics } from 'node:v8';
  import { letYoungGenerationGrow } from '${resolve('dist/src/young-generation.js')}';

  if (process.argv[1] === 'ready') letYoungGenerationGrow();
  const kept = [];
  let most = 0;
  for (let i = 0; i < 3_000; i++) {
    for (let j = 0; j < 1_000; j++) kept[(i * 1_000 + j) % 20_000] = { text: String(i * j), list: [i, j] };
    most = Math.max(most, getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space').space_size);
    await turn();
  }
  console.log(most / 1_048_576);
`;

describe('the young generation', () => {
  it.each([
    ['loading', 0, 8],
    ['ready', 16, 32],
  ])('of a gateway that is %s is from %d to %d MB', async (state, least, most) => {
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', PROGRAM, state]);
    expect(Number(stdout)).toBeGreaterThanOrEqual(least);
    expect(Number(stdout)).toBeLessThanOrEqual(most);
  });
});
