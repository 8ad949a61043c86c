import { createServer, type AddressInfo, type Socket } from 'node:net';
import { prepareAnswers, type Dialect, type PreparedAnswer } from './answers.ts';
import { MessageReader } from './http-reader.ts';

/** A provider that costs next to nothing: it finds the model in the bytes of a request and writes what was prepared for it. */

const [port, holdSeconds] = process.argv.slice(2).map(Number);
const ANSWERS = {
  openai: prepareAnswers('openai', holdSeconds!),
  anthropic: prepareAnswers('anthropic', holdSeconds!),
};

const server = createServer({ noDelay: true }, serve);
// A thousand streams open within a moment.
server.listen({ port, host: '127.0.0.1', backlog: 2_048 }, () =>
  process.send!({ port: (server.address() as AddressInfo).port }),
);
process.once('disconnect', () => process.exit());

function serve(socket: Socket): void {
  let dialect: Dialect = 'openai';
  let model: string | null = null;
  const reader = new MessageReader({
    head(head) {
      dialect = head.includes('/messages ') ? 'anthropic' : 'openai';
      model = null;
    },
    body(bytes) {
      model ??= modelIn(bytes);
    },
    end() {
      const answer = ANSWERS[dialect].get(model?.split('@', 1)[0] ?? '');
      if (answer) send(socket, answer);
      else socket.write('HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n');
    },
  });
  socket.on('data', (chunk) => reader.push(chunk));
  socket.on('error', () => socket.destroy());
}

const MODEL = '"model":"';

/** Everybody who is measured leaves the name where the client put it or writes it first. */
function modelIn(bytes: Buffer): string | null {
  const at = bytes.indexOf(MODEL);
  if (at === -1) return null;
  const start = at + MODEL.length;
  return bytes.toString('latin1', start, bytes.indexOf('"', start));
}

function send(socket: Socket, { pieces, paceMs }: PreparedAnswer): void {
  let next = 0;
  const write = (): void => {
    if (socket.destroyed) return;
    socket.write(pieces[next++]!);
    if (next === pieces.length) return;
    if (paceMs > 0) setTimeout(write, paceMs);
    else setImmediate(write);
  };
  write();
}
