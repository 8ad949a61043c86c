import { pathOf, type Target } from './target.ts';

/**
 * Anything that speaks OpenAI on a URL and was told to use the upstream of the benchmark; its names of models are those
 * of the workloads.
 * @param definition `name=http://127.0.0.1:4000`, with `#key` behind it where it wants a key
 */
export function peer(definition: string): Target {
  const [, name, address] = /^([\w-]+)=(https?:\/\/.+)$/.exec(definition) ?? [];
  if (!name || !address) throw new Error(`--peer ${definition}: expected name=http://host:port`);
  const { hostname, port, hash } = new URL(address);
  if (hostname !== '127.0.0.1' && hostname !== 'localhost') {
    throw new Error(`--peer ${definition}: only what runs on this machine can be compared`);
  }
  return {
    name,
    start: async () => ({
      name,
      port: Number(port),
      process: null,
      address: (workload, model) => ({
        path: pathOf(workload),
        model,
        headers: { authorization: `Bearer ${hash.slice(1) || 'sk-bench'}` },
      }),
      stop: async () => {},
    }),
  };
}
