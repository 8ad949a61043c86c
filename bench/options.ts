import { parseArgs } from 'node:util';

export interface BenchOptions {
  readonly quick: boolean;
  /** Names of workloads and measurements; empty: all. */
  readonly only: readonly string[];
  /** Names of targets; empty: all. */
  readonly targets: readonly string[];
  readonly peers: readonly string[];
  readonly builds: readonly string[];
  readonly check: boolean;
  readonly saveBaseline: boolean;
  /** Where peers are told to find the upstream; 0: a free port. */
  readonly upstreamPort: number;
  readonly pace: Pace;
}

/** How long is measured: enough for rounds to agree, or for a first impression. */
export interface Pace {
  readonly rounds: number;
  /** Before everything, until the compiler has seen what there is. */
  readonly firstWarmUpMs: number;
  /** Before each workload. */
  readonly warmUpMs: number;
  readonly loadedMs: number;
  readonly singleMs: number;
  readonly holdSeconds: number;
  readonly neighbourMs: number;
  readonly soakRequests: number;
  readonly starts: number;
}

const FULL: Pace = {
  rounds: 7,
  firstWarmUpMs: 5_000,
  warmUpMs: 2_000,
  loadedMs: 2_000,
  singleMs: 700,
  holdSeconds: 60,
  neighbourMs: 4_000,
  soakRequests: 100_000,
  starts: 7,
};

const QUICK: Pace = {
  rounds: 2,
  firstWarmUpMs: 1_000,
  warmUpMs: 200,
  loadedMs: 200,
  singleMs: 100,
  holdSeconds: 1,
  neighbourMs: 300,
  soakRequests: 3_000,
  starts: 1,
};

export const HELP = `npm run bench -- [options]

  --quick                 a first impression; the figures are rougher
  --only name,name        some workloads or measurements; workers only when it is named
  --targets name,name     some of direct, bare, naive, gateway, portkey
  --peer name=url[#key]   also measures what speaks OpenAI on a port of this machine; it must ask the upstream
  --upstream-port port    where the upstream listens, for peers
  --build name=directory  also measures another build of this gateway
  --check                 compares with bench/baseline.json; exit code 1 when something got 10 % dearer
  --save-baseline         writes bench/baseline.json
`;

export function readOptions(argv: readonly string[]): BenchOptions | null {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      help: { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
      only: { type: 'string', default: '' },
      targets: { type: 'string', default: '' },
      peer: { type: 'string', multiple: true, default: [] },
      build: { type: 'string', multiple: true, default: [] },
      check: { type: 'boolean', default: false },
      'save-baseline': { type: 'boolean', default: false },
      'upstream-port': { type: 'string', default: '0' },
    },
  });
  if (values.help) return null;
  return {
    quick: values.quick,
    only: list(values.only),
    targets: list(values.targets),
    peers: values.peer,
    builds: values.build,
    check: values.check,
    saveBaseline: values['save-baseline'],
    upstreamPort: Number(values['upstream-port']),
    pace: values.quick ? QUICK : FULL,
  };
}

function list(text: string): string[] {
  return text.split(',').filter(Boolean);
}
