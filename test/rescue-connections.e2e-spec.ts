import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

describe('rescueConnections', () => {
  let primary: ChildProcess;

  afterEach(() => primary?.kill('SIGKILL'));

  it('gives a connection to another worker when the one it was handed to dies before it looks at it', async () => {
    primary = spawn(process.execPath, [resolve('test/support/blocked-worker.mjs')], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const [chunk] = (await once(primary.stdout!, 'data')) as [Buffer];
    const port = Number(chunk.toString());
    const answers: string[] = [];
    const clients = Array.from({ length: 6 }, () =>
      answerOf(port).then((text) => answers.push(text)),
    );
    while (answers.length < 5) await sleep(10);
    await sleep(100);
    // Without the one that the busy worker has been handed.
    expect(answers).toEqual(Array(5).fill('served'));
    primary.stdin!.write('kill');
    await Promise.all(clients);
    expect(answers).toEqual(Array(6).fill('served'));
  });
});

async function answerOf(port: number): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  let text = '';
  socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
  await once(socket, 'close');
  return text;
}
