import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { NodeProcess } from '../node-process.ts';
import { ANTHROPIC_MODEL, TENANT_MODELS, WORKLOADS } from '../workloads.ts';
import { pathOf, PROBED, type Ground, type Target } from './target.ts';

const DIST = resolve(import.meta.dirname, '../../dist');
const KEYS = 500;
const TENANT_ACCOUNTS = 50;
/** Of accounts that serve the same tenant model there are so many less. */
const MODEL_GROUPS = 5;
/** Above the thousand streams that are held open. */
const MAX_IN_FLIGHT = 2_000;

/** This gateway as it is shipped, on its embedded database: keys, limits, routing, ledger, metrics and logs all on. */
export const gateway = gatewayOf({ name: 'gateway' });

/**
 * Another build of this gateway, to see what a change costs or saves.
 * @param definition `name=directory`, the directory being what `npm run build` made, inside this project
 */
export function otherBuild(definition: string): Target {
  const [, name, directory] = /^([\w-]+)=(.+)$/.exec(definition) ?? [];
  if (!name || !directory) throw new Error(`--build ${definition}: expected name=directory`);
  return gatewayOf({ name, dist: resolve(directory) });
}

/** A gateway started in one way or another. */
export function gatewayOf(how: GatewayStart & { readonly name: string }): Target {
  const { name } = how;
  return {
    name,
    start: async (ground) => {
      const { process, port, keys } = await startGateway(ground, how);
      return {
        name,
        port,
        process,
        address: (workload, model, index) => ({
          path: pathOf(workload),
          model: workload.upstream === 'anthropic' ? ANTHROPIC_MODEL : model,
          headers: {
            authorization: `Bearer ${keys[workload.keys === 'one' ? 0 : index % keys.length]}`,
          },
        }),
        stop: () => process.stop(),
      };
    },
  };
}

export interface StartedGateway {
  readonly process: NodeProcess;
  readonly port: number;
  readonly keys: readonly string[];
}

export interface GatewayStart {
  /** Of the directory for its data. */
  readonly name?: string;
  readonly dist?: string;
  /** For a profiler, say. */
  readonly nodeOptions?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Those of an earlier start on the same directory; absent: new ones, which the start has to import. */
  readonly keys?: readonly string[];
}

/** Resolves when it is ready for requests. */
export async function startGateway(
  { pin, upstreamPort, directory, freePort }: Ground,
  { name = 'gateway', dist = DIST, nodeOptions = PROBED, env, keys: known }: GatewayStart = {},
): Promise<StartedGateway> {
  const port = await freePort();
  const home = join(directory, name);
  const configPath = join(home, 'config.yaml');
  await mkdir(home, { recursive: true });
  const keys = known ?? (await generateKeys(dist));
  // JSON is YAML.
  await writeFile(configPath, JSON.stringify(configuration(upstreamPort, keys)));
  const process = new NodeProcess({
    pin,
    script: join(dist, 'src/main.js'),
    nodeOptions,
    cwd: home,
    env: {
      PORT: String(port),
      DATA_DIR: join(home, 'data'),
      CONFIG_PATH: configPath,
      LOG_FORMAT: 'json',
      MAX_IN_FLIGHT: String(MAX_IN_FLIGHT),
      ...env,
    },
    log: join(directory, `${name}.log`),
  });
  await process.until(() => isReady(port));
  return { process, port, keys };
}

async function isReady(port: number): Promise<boolean> {
  try {
    return (await fetch(`http://127.0.0.1:${port}/health/ready`)).ok;
  } catch {
    return false;
  }
}

/** Keys as the gateway issues them, so that all of their checks are paid for. */
async function generateKeys(dist: string): Promise<string[]> {
  const secrets = (await import(join(dist, 'src/api-keys/api-key-secret.js'))) as {
    generateSecret(): string;
  };
  return Array.from({ length: KEYS }, () => secrets.generateSecret());
}

function configuration(upstreamPort: number, keys: readonly string[]): object {
  const account = { api_base: `http://127.0.0.1:${upstreamPort}`, api_key: 'sk-upstream-of-bench' };
  const plainModels = WORKLOADS.flatMap(({ keys: use, models }) => (use === 'one' ? models : []));
  return {
    providers: [
      { ...account, name: 'plain', type: 'openai', models: [...new Set(plainModels), 'hold'] },
      {
        ...account,
        name: 'anthropic',
        type: 'anthropic',
        models: [ANTHROPIC_MODEL],
        model_mapping: { [ANTHROPIC_MODEL]: 'sse-burst' },
      },
      ...Array.from({ length: TENANT_ACCOUNTS }, (_, index) => ({
        ...account,
        name: `tenant-${index}`,
        type: 'openai',
        models: TENANT_MODELS.filter(
          (_model, number) => number % MODEL_GROUPS === index % MODEL_GROUPS,
        ),
      })),
    ],
    master_keys: keys.map((key, index) => ({
      name: `bench-${index}`,
      key,
      rate_limit: { requests_per_second: 1_000_000, burst_size: 1_000_000 },
    })),
  };
}
