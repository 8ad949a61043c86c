import type { ServerResponse } from 'node:http';

/** What is longer is cheaper to write in pieces than to copy. */
const MAX_COPIED_BYTES = 8_192;

/**
 * Writes the pieces of an answer. Node.js frames each as four pieces and writes those of a tick as a list of them; here they are
 * one text with one frame, which is half of the work. Latin1, because then a character is a byte.
 */
export class AnswerBody {
  /** Of this tick. */
  private waiting = '';

  /** @param onFull told when the client reads too slowly, with what will emit `drain` */
  constructor(
    private readonly response: ServerResponse,
    private readonly onFull: (source: NodeJS.EventEmitter) => void,
  ) {}

  write(bytes: Buffer): void {
    const { response } = this;
    // An answer waits for its socket when the client has sent requests ahead; to HTTP/1.0 nothing is framed.
    const isFramed = response.socket && response.headersSent && response.chunkedEncoding;
    if (isFramed && bytes.length <= MAX_COPIED_BYTES) {
      if (this.waiting === '') process.nextTick(flush, this);
      this.waiting += bytes.toString('latin1');
    } else {
      this.flush();
      if (!response.write(bytes)) this.onFull(response.socket ?? response);
    }
  }

  /** What was written is on its way. */
  flush(): void {
    const { waiting } = this;
    const { socket } = this.response;
    this.waiting = '';
    if (waiting === '' || !socket) return;
    const isTaken = socket.write(`${waiting.length.toString(16)}\r\n${waiting}\r\n`, 'latin1');
    if (!isTaken) this.onFull(socket);
  }
}

function flush(body: AnswerBody): void {
  body.flush();
}
