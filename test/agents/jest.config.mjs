import { resolve } from 'node:path';
import main from '../../jest.config.mjs';

const rootDir = resolve(import.meta.dirname, '../..');

/** The agents are programs of a size: one at a time, and each may take its minute. */
export default {
  ...main,
  rootDir,
  maxWorkers: 1,
  testTimeout: 200_000,
  projects: [
    {
      ...main.projects[0],
      displayName: 'agents',
      roots: ['<rootDir>/test/agents'],
      testRegex: '\\.agents-spec\\.ts$',
    },
  ],
};
