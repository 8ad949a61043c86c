import { setTimeout as sleep } from 'node:timers/promises';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { SeedUsers } from './auth/seed-users.js';
import { Logger } from './common/logger.js';
import { Peers } from './common/peers.js';
import { ConfigError } from './config/config-error.js';
import type { GatewayConfig } from './config/gateway-config.js';
import { DatabaseService } from './database/database.service.js';
import { drain, handOver } from './drain.js';
import { firstSteps } from './first-steps.js';
import { DUTIES, STARTUP_STEPS } from './startup-steps.js';
import type { StopSignals } from './stop-signals.js';
import { letYoungGenerationGrow } from './young-generation.js';

/** A database that has gone silent must not keep the process from ending; the ledger has its five seconds by then. */
const CLOSE_TIMEOUT_MS = 10_000;

export type Address = Pick<GatewayConfig, 'host' | 'port'>;

/** What is different for one of several processes. */
export interface Shift {
  /** The one that all of them listen on, whatever the settings say by now. */
  readonly address: Address;
  /** Another process has taken this one's place. */
  readonly replaced: Promise<void>;
  /** False: others listen, so that nobody needs to be told that this one only starts. */
  readonly listensFirst: boolean;
  readonly onReady: () => void;
}

/** Listens, brings the database up, serves until it is to stop, drains and closes. Resolves when nothing is left to do. */
export async function serve(
  app: NestExpressApplication,
  config: GatewayConfig,
  { stop, hurry }: StopSignals,
  shift?: Shift,
): Promise<void> {
  const end = shift ? Promise.race([stop, shift.replaced]) : stop;
  try {
    const serving = start(app, config, shift);
    await Promise.race([end, serving.then(() => end)]);
    if (shift) await Promise.race([stop, shift.replaced.then(() => handOver(app, hurry))]);
    await drain(app, config, hurry);
  } finally {
    await Promise.race([app.close(), sleep(CLOSE_TIMEOUT_MS)]);
  }
}

async function start(
  app: NestExpressApplication,
  config: GatewayConfig,
  shift?: Shift,
): Promise<void> {
  const { listensFirst = true, address = config } = shift ?? {};
  if (listensFirst) await listen(app, address);
  else await app.init();
  await becomeReady(app);
  if (!listensFirst) await listen(app, address);
  shift?.onReady();
}

async function listen(app: NestExpressApplication, { host, port }: Address): Promise<void> {
  try {
    await app.listen(port, host);
  } catch (cause) {
    const { code } = cause as { code?: string };
    if (!code) throw cause;
    const hint = code === 'EADDRINUSE' ? 'another program has it' : code;
    throw new ConfigError(`PORT ${port} on HOST ${host} cannot be listened on: ${hint}`, { cause });
  }
  app.get(Logger).log(`listening on ${await app.getUrl()}`, 'Gateway');
}

async function becomeReady(app: NestExpressApplication): Promise<void> {
  await app.get(DatabaseService).start(STARTUP_STEPS.map((step) => app.get(step)));
  letYoungGenerationGrow();
  app.get(Peers).whenLeading(() => {
    for (const duty of DUTIES) app.get(duty).begin();
  });
  // Straight to the console: this is for whoever tries the gateway, and no event of its life.
  if (app.get(SeedUsers).hasSeededDefaults) process.stdout.write(firstSteps(await app.getUrl()));
}
