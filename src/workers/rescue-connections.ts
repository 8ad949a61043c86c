import cluster, { type Worker } from 'node:cluster';
import type { Serializable, SendHandle } from 'node:child_process';

/** Of node:cluster: a connection for a worker, and what the worker makes of it. */
interface Handover {
  readonly act?: string;
  readonly seq?: number;
  readonly ack?: number;
}

/**
 * Connections on their way to a worker that is killed meanwhile. Node keeps them open and forgets them, and their clients wait
 * for ever. So they are noted until the worker has taken them, before which it reads nothing from them; when it is gone,
 * node:cluster hears what a worker says that does not want a connection, and hands it to another one.
 */
export function rescueConnections(worker: Worker): void {
  const { process: child } = worker;
  const underway = new Map<number, SendHandle>();
  const send = child.send.bind(child) as (message: Serializable, handle?: SendHandle) => boolean;
  child.send = (message: Serializable, handle?: unknown, ...rest: unknown[]): boolean => {
    const { act, seq } = message as Handover;
    if (act === 'newconn') underway.set(seq!, handle as SendHandle);
    return (send as (...all: unknown[]) => boolean)(message, handle, ...rest);
  };
  child.on('internalMessage', ({ ack }: Handover) => {
    if (ack !== undefined) underway.delete(ack);
  });
  let isForgotten = false;
  child.once('disconnect', () => (isForgotten = true));
  child.once('close', () => {
    // Does not come by itself while a connection is on its way, and node:cluster would go on counting on the worker.
    if (!isForgotten) child.emit('disconnect');
    for (const [ack, handle] of underway) handBack(child, ack, handle);
    underway.clear();
  });
}

function handBack(child: Worker['process'], ack: number, handle: SendHandle): void {
  const others = Object.values(cluster.workers ?? {}).some((other) => other?.isConnected());
  if (others) child.emit('internalMessage', { cmd: 'NODE_CLUSTER', ack, accepted: false });
  else (handle as unknown as { close(): void }).close();
}
