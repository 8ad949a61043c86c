import type { Server } from 'node:http';
import { Server as NetServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Lifecycle } from './common/lifecycle.js';
import { Logger } from './common/logger.js';
import type { GatewayConfig } from './config/gateway-config.js';
import { InFlight } from './common/in-flight.js';

/** Kubernetes takes an endpoint out of rotation while it already sends SIGTERM; both take a moment to get around. */
const PRODUCTION_DELAY_MS = 5_000;
/** For the last error events to get out, and for people whose request is being worked on. */
const GRACE_MS = 1_000;

/** How long connections that are kept may be silent before they are closed under a client that might just use them. */
const KEPT_MS = 3_000;

/**
 * Leaves what comes new to the other processes of the gateway, and goes on serving on the connections it has, until each client
 * has learnt from an answer to make another one.
 */
export async function handOver(app: NestExpressApplication, hurry: Promise<void>): Promise<void> {
  const server = app.getHttpServer() as Server;
  sayGoodbye(server);
  app.get(Logger).log('another worker serves in place of this one', 'Gateway');
  // Not the close of an HTTP server, which cuts connections that are idle: a request may be on its way on each of them.
  const closed = new Promise<void>((resolve) =>
    NetServer.prototype.close.call(server, () => resolve()),
  );
  await Promise.race([closed, sleep(KEPT_MS, undefined, { ref: false }), hurry]);
}

/**
 * Lets go without breaking anything off: not ready any more, then no new connections, then the calls under way end in their
 * own time, and those that take too long are told so in their protocol.
 * @param hurry resolves when somebody cannot wait, as with a second signal
 */
export async function drain(
  app: NestExpressApplication,
  { environment, production }: GatewayConfig,
  hurry: Promise<void>,
): Promise<void> {
  const lifecycle = app.get(Lifecycle);
  const inFlight = app.get(InFlight);
  const server = app.getHttpServer() as Server;
  lifecycle.drain();
  sayGoodbye(server);
  app.get(Logger).log(`draining, ${inFlight.count} requests in flight`, 'Gateway');
  const delayMs = environment.DRAIN_DELAY_MS ?? (production ? PRODUCTION_DELAY_MS : 0);
  // One that has handed over is out of the way already.
  if (server.listening) await Promise.race([sleep(delayMs, undefined, { ref: false }), hurry]);
  lifecycle.close();
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  const idleSockets = setInterval(() => server.closeIdleConnections(), 100);
  const deadline = sleep(environment.DRAIN_TIMEOUT_MS, undefined, { ref: false });
  await Promise.race([inFlight.untilIdle(), deadline, hurry]);
  inFlight.interruptAll();
  await Promise.race([closed, sleep(GRACE_MS)]);
  clearInterval(idleSockets);
  server.closeAllConnections();
}

/** Clients with open connections learn from their next answer to go elsewhere. */
function sayGoodbye(server: Server): void {
  server.prependListener('request', (_, response) => response.setHeader('connection', 'close'));
}
