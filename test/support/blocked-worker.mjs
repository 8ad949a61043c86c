/** A primary with two workers, one of which is busy for ever, has been handed a connection, and is killed. */
import cluster from 'node:cluster';
import { createServer } from 'node:net';
import { rescueConnections } from '../../dist/src/workers/rescue-connections.js';

if (cluster.isPrimary) {
  const [busy, idle] = [cluster.fork(), cluster.fork()];
  for (const worker of [busy, idle]) rescueConnections(worker);
  let listening = 0;
  cluster.on('listening', (_, { port }) => {
    if (++listening === 2) busy.send('be busy', () => process.stdout.write(`${port}\n`));
  });
  process.stdin.once('data', () => busy.process.kill('SIGKILL'));
  process.stdin.once('end', () => process.exit(0));
} else {
  process.on('message', () => {
    for (;;);
  });
  createServer((socket) => socket.end('served')).listen(0, '127.0.0.1');
}
