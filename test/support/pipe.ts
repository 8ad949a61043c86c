import type { Port } from '../../src/common/channel.js';

type Listener = Parameters<Port['onMessage']>[0];

/** Two ends of a pipe between processes: what goes in comes out at the other end, as a copy, and not before its turn. */
export function pipe(): [Port, Port] {
  const listeners: Listener[][] = [[], []];
  const end = (own: number): Port => ({
    send: (batch) => {
      const copy = structuredClone(batch);
      queueMicrotask(() => {
        for (const listener of listeners[1 - own]!) listener(copy);
      });
    },
    onMessage: (listener) => listeners[own]!.push(listener),
  });
  return [end(0), end(1)];
}
