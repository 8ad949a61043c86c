import {
  createServer,
  type IncomingHttpHeaders,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** One request as the upstream saw it: its log is the judge of what the gateway did. */
export interface ReceivedCall {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** Null when the body is not JSON with a model. */
  readonly model: string | null;
  /** Monotonic milliseconds of the test process, when the whole request was there. */
  readonly receivedAt: number;
  /** The same, when the answer had ended or the connection was gone; null before. */
  closedAt: number | null;
  /** Resolves then. */
  readonly closed: Promise<void>;
  /** Whether the gateway closed the connection before the answer was complete. */
  aborted: boolean;
}

export type Behaviour = (response: ServerResponse, call: ReceivedCall) => void | Promise<void>;

/** A provider on a real socket, whose behaviour is chosen by the name of the model. */
export class Upstream {
  readonly calls: ReceivedCall[] = [];
  private readonly behaviours = new Map<string, Behaviour>();
  private readonly sockets = new Set<Socket>();
  private fallback: Behaviour = (response) =>
    json(response, 404, { error: { message: 'no behaviour' } });

  private constructor(private readonly server: Server) {
    server.on('connection', (socket) => {
      this.sockets.add(socket);
      socket.once('close', () => this.sockets.delete(socket));
    });
  }

  static async start(): Promise<Upstream> {
    const server = createServer({ keepAliveTimeout: 60_000 });
    const upstream = new Upstream(server);
    server.on('request', (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.once('end', () => {
        const body = Buffer.concat(chunks);
        const { method, url, headers } = request;
        const { promise: closed, resolve: close } = Promise.withResolvers<void>();
        const call = {
          method: method!,
          path: url!,
          headers,
          body,
          model: modelOf(body),
          receivedAt: performance.now(),
          closedAt: null as number | null,
          closed,
          aborted: false,
        };
        upstream.calls.push(call);
        response.once('close', () => {
          call.closedAt = performance.now();
          call.aborted = !response.writableFinished;
          close();
        });
        void upstream.behaviourOf(call.model ?? call.path)(response, call);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return upstream;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** @param name a model, `family-*` for all that differ in their last word, or the path of a call without one */
  on(name: string, behaviour: Behaviour): this {
    this.behaviours.set(name, behaviour);
    return this;
  }

  otherwise(behaviour: Behaviour): this {
    this.fallback = behaviour;
    return this;
  }

  callsFor(model: string): ReceivedCall[] {
    return this.calls.filter((call) => call.model === model);
  }

  /** Of one account: the credential tells them apart at one address. */
  callsWith(credential: string): ReceivedCall[] {
    return this.calls.filter(
      ({ headers }) =>
        headers.authorization === `Bearer ${credential}` || headers['x-api-key'] === credential,
    );
  }

  private behaviourOf(name: string): Behaviour {
    const family = name.replace(/[^-]+$/, '*');
    return this.behaviours.get(name) ?? this.behaviours.get(family) ?? this.fallback;
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

function modelOf(body: Buffer): string | null {
  try {
    const { model } = JSON.parse(body.toString('utf8')) as { model?: unknown };
    return typeof model === 'string' ? model : null;
  } catch {
    return null;
  }
}

export function json(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}

/** Writes a stream in pieces, each in a packet of its own, until somebody hangs up. */
export async function stream(
  response: ServerResponse,
  pieces: Iterable<string | Buffer>,
  pauseMs = 0,
): Promise<void> {
  if (!response.headersSent) response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (const piece of pieces) {
    if (response.destroyed) return;
    response.write(piece);
    await new Promise((resolve) =>
      pauseMs ? setTimeout(resolve, pauseMs) : setImmediate(resolve),
    );
  }
}

export const chatChunk = (delta: object, finishReason: string | null = null): string =>
  `data: ${JSON.stringify({
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    created: 1,
    model: 'm',
    choices: [{ index: 0, delta, finish_reason: finishReason }],
  })}\n\n`;

export const USAGE_CHUNK = `data: ${JSON.stringify({
  id: 'chatcmpl-1',
  object: 'chat.completion.chunk',
  created: 1,
  model: 'm',
  choices: [],
  usage: { prompt_tokens: 9, completion_tokens: 3, total_tokens: 12 },
})}\n\n`;

/** A whole chat stream that says hello. */
export const HELLO_STREAM = [
  chatChunk({ role: 'assistant', content: '' }),
  chatChunk({ content: 'Hel' }),
  chatChunk({ content: 'lo' }),
  chatChunk({}, 'stop'),
  'data: [DONE]\n\n',
];

export const HELLO_ANSWER = {
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1,
  model: 'm',
  choices: [{ index: 0, message: { role: 'assistant', content: 'Hello' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 9, completion_tokens: 3, total_tokens: 12 },
};
