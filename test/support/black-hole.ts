import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** Listens, and never accepts: once its queue is full, a request for a connection gets no answer at all. */
const SCRIPT = `
  require('node:net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, function () {
    process.stdout.write(String(this.address().port), () =>
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0));
  });
`;
/** A connection on this machine that has not come about by then will not. */
const UNANSWERED_MS = 300;

/** An address that swallows what is sent to it, as a host behind a firewall or without power does. */
export class BlackHole {
  private constructor(
    readonly url: string,
    private readonly process: ChildProcess,
    private readonly fillers: readonly Socket[],
  ) {}

  static async start(): Promise<BlackHole> {
    const child = spawn(process.execPath, ['-e', SCRIPT], { stdio: ['ignore', 'pipe', 'ignore'] });
    const [port] = (await once(child.stdout, 'data')) as [Buffer];
    const fillers: Socket[] = [];
    for (let isOpen = true; isOpen;) {
      const filler = connect(Number(port.toString()), '127.0.0.1').on('error', () => {});
      fillers.push(filler);
      isOpen = await isAnswered(filler);
    }
    return new BlackHole(`http://127.0.0.1:${port.toString()}`, child, fillers);
  }

  stop(): void {
    for (const filler of this.fillers) filler.destroy();
    this.process.kill('SIGKILL');
  }
}

function isAnswered(socket: Socket): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), UNANSWERED_MS);
    socket.once('connect', () => {
      clearTimeout(timer);
      resolve(true);
    });
  });
}
