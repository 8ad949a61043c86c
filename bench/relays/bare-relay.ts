import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import { Pool, type Dispatcher } from 'undici';

/** The limit: what any gateway on this runtime must spend. No routing, no keys, nothing is looked at. */
const [port, upstreamPort] = process.argv.slice(2).map(Number);
const pool = new Pool(`http://127.0.0.1:${upstreamPort}`, { pipelining: 1 });

class Answer implements Dispatcher.DispatchHandler {
  private readonly response: ServerResponse;

  constructor(response: ServerResponse) {
    this.response = response;
  }

  onRequestStart(): void {}

  onResponseStart(_: unknown, status: number, headers: IncomingHttpHeaders): void {
    const { 'content-type': type, 'content-length': length } = headers;
    this.response.writeHead(status, {
      ...(type && { 'content-type': type }),
      ...(length && { 'content-length': length }),
    });
  }

  onResponseData(_: unknown, chunk: Buffer): void {
    this.response.write(chunk);
  }

  onResponseEnd(): void {
    this.response.end();
  }

  onResponseError(): void {
    this.response.destroy();
  }
}

createServer({ noDelay: true }, (request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.once('end', () => {
    const body = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
    const headers = { 'content-type': 'application/json' };
    pool.dispatch({ method: 'POST', path: request.url!, headers, body }, new Answer(response));
  });
}).listen({ port, host: '127.0.0.1', backlog: 2_048 });
