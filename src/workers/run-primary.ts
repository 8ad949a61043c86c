import cluster from 'node:cluster';
import { join } from 'node:path';
import { SystemClock } from '../common/clock.js';
import { Logger } from '../common/logger.js';
import { ASK_PEERS } from '../common/peers.js';
import type { GatewayConfig } from '../config/gateway-config.js';
import { withDatabase } from '../database/with-database.js';
import { LimitDesk } from '../limits/limit-desk.js';
import { LocalShare } from '../limits/local-share.js';
import { MemoryStore } from '../limits/memory.store.js';
import { journalDirectory } from '../stats/journal-place.js';
import { listSegments } from '../stats/journal/segment.js';
import { TAKE_OVER } from '../stats/left-journals.js';
import { StopSignals } from '../stop-signals.js';
import { askAll } from './ask-all.js';
import { MetricsDesk } from './metrics-desk.js';
import { Supervisor } from './supervisor.js';
import { WorkerProcess } from './worker-process.js';
import { ASSIGNMENT, type Assignment } from './worker-topics.js';

/** For the last flush and the closing of connections, behind the time that calls are given. */
const CLOSING_MS = 30_000;

/**
 * Holds what the workers share: the data directory, the database, the port, and itself serves nobody. Resolves with the exit
 * code when the last worker has ended.
 */
export async function runPrimary(config: GatewayConfig): Promise<number> {
  const { stop, hurry } = new StopSignals();
  const { environment, logFormat: format, workers: count, host, port } = config;
  const logger = Logger.create({ level: environment.LOG_LEVEL, format });
  // Bigints must arrive as such. Named, because this process may have been started by another script.
  cluster.setupPrimary({
    exec: join(import.meta.dirname, '..', 'main.js'),
    serialization: 'advanced',
  });
  // From the first moment: unheard, this signal would end the process.
  let restart = (): void => {};
  process.on('SIGUSR2', () => restart());
  let exitCode = 0;
  await withDatabase(config, async (databaseUrl) => {
    const limits = createLimitDesk(environment.INSTANCE_COUNT);
    const metrics = new MetricsDesk();
    const supervisor: Supervisor = new Supervisor({
      count,
      logger,
      patienceMs: (environment.DRAIN_DELAY_MS ?? 5_000) + environment.DRAIN_TIMEOUT_MS + CLOSING_MS,
      takeOver: (worker, by) => finishJournal(config, worker, by),
      fork: (place) => {
        const worker = employ({ ...place, databaseUrl, address: { host, port } }, config);
        worker.channel.on(ASK_PEERS, ({ topic, body }) => {
          const peers = supervisor.all.filter((other) => other !== worker);
          return askAll(peers, { name: topic }, body);
        });
        limits.attend(worker);
        metrics.attend(worker);
        return worker;
      },
    });
    restart = () => void supervisor.restart();
    void hurry.then(() => supervisor.signal());
    const exit = await Promise.race([supervisor.start(), stop.then(() => null)]);
    // It has said why.
    if (exit) exitCode = exit.code ?? 1;
    else await stop;
    await supervisor.stop();
  });
  return exitCode;
}

function employ(assignment: Assignment, { dataDir, workers }: GatewayConfig): WorkerProcess {
  // The environment comes before `.env`, which somebody may have changed: these hold for the life of the primary.
  const environment = { DATA_DIR: dataDir, WORKERS: String(workers) };
  const worker = WorkerProcess.fork(assignment.worker, environment);
  worker.channel.on(ASSIGNMENT, () => assignment);
  return worker;
}

/** When the one that is asked dies over it, its own successor takes over both journals. */
async function finishJournal(
  { dataDir }: GatewayConfig,
  worker: number,
  by: WorkerProcess,
): Promise<void> {
  if (listSegments(journalDirectory(dataDir, worker)).length === 0) return;
  await by.channel.ask(TAKE_OVER, { worker }).catch(() => {});
}

function createLimitDesk(gateways: number): LimitDesk {
  return new LimitDesk(new LocalShare(new MemoryStore(new SystemClock()), () => gateways));
}
