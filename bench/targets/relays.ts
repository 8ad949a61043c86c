import { join } from 'node:path';
import { NodeProcess } from '../node-process.ts';
import { pathOf, PROBED, type Address, type Target } from './target.ts';
import type { Workload } from '../workloads.ts';

const asIs = (workload: Workload, model: string): Address => ({
  path: pathOf(workload),
  model,
  headers: { authorization: 'Bearer sk-bench' },
});

/** The upstream itself. */
export const direct: Target = {
  name: 'direct',
  start: async ({ upstreamPort }) => ({
    name: 'direct',
    port: upstreamPort,
    process: null,
    address: asIs,
    stop: async () => {},
  }),
};

export const bareRelay = relay('bare', 'bare-relay.ts');
export const naiveRelay = relay('naive', 'naive-relay.ts');

function relay(name: string, file: string): Target {
  return {
    name,
    start: async ({ pin, upstreamPort, directory, freePort }) => {
      const port = await freePort();
      const process = new NodeProcess({
        pin,
        script: join(import.meta.dirname, '../relays', file),
        arguments: [port, upstreamPort].map(String),
        nodeOptions: PROBED,
        log: join(directory, `${file}.log`),
      });
      await process.untilListening(port);
      return { name, port, process, address: asIs, stop: () => process.stop() };
    },
  };
}
