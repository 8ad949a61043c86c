import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { AnswerBody } from './answer-body.js';

describe('AnswerBody', () => {
  it.each([
    ['a character of several bytes', ['data: né\n\n', 'data: 漢字 😀\n\n']],
    ['every length of a size', ['a', 'b'.repeat(16), 'c'.repeat(256), 'd'.repeat(4_096)]],
    ['pieces too large to copy, between small ones', ['a', 'é'.repeat(100_000), 'b']],
  ])('writes %s as it is', async (_, pieces) => {
    const { port, close } = await serve((response) => {
      const body = new AnswerBody(response, () => undefined);
      for (const piece of pieces) body.write(Buffer.from(piece));
      body.flush();
      response.end();
    });
    const asked = request({ port }).end();
    const [answer] = (await once(asked, 'response')) as [IncomingMessage];
    expect(answer.headers['transfer-encoding']).toBe('chunked');
    expect(await text(answer)).toBe(pieces.join(''));
    await close();
  });

  it('keeps the order of pieces and of answers when a client sends requests ahead', async () => {
    const waiting: ServerResponse[] = [];
    const { port, close } = await serve((response) => {
      waiting.push(response);
      if (waiting.length < 2) return;
      // The second one first: it has no socket yet.
      const bodies = waiting.map((one) => new AnswerBody(one, () => undefined));
      for (const body of bodies.toReversed()) {
        for (const piece of ['a', 'b', 'c']) body.write(Buffer.from(piece));
        body.flush();
      }
      waiting[0]!.end();
      setImmediate(() => {
        for (const piece of ['d', 'e']) bodies[1]!.write(Buffer.from(piece));
        bodies[1]!.flush();
        waiting[1]!.end();
      });
    });
    const ask = 'GET / HTTP/1.1\r\nHost: x\r\n';
    const answers = await exchange(port, `${ask}\r\n${ask}Connection: close\r\n\r\n`);
    const bodies = answers.split('HTTP/1.1 200 OK').map((answer) => answer.split('\r\n\r\n', 2)[1]);
    expect(bodies.slice(1)).toEqual([
      '1\r\na\r\n2\r\nbc\r\n0',
      '1\r\na\r\n1\r\nb\r\n1\r\nc\r\n2\r\nde\r\n0',
    ]);
    await close();
  });

  it('frames nothing for a client of HTTP/1.0', async () => {
    const { port, close } = await serve((response) => {
      const body = new AnswerBody(response, () => undefined);
      for (const piece of ['a', 'b']) body.write(Buffer.from(piece));
      response.end();
    });
    expect(await exchange(port, 'GET / HTTP/1.0\r\n\r\n')).toMatch(/\r\n\r\nab$/);
    await close();
  });

  it('says when a client reads too slowly, and when it has read', async () => {
    let drained = false;
    const { port, close } = await serve((response) => {
      const body = new AnswerBody(response, (source) => {
        source.once('drain', () => {
          drained = true;
          response.end();
        });
      });
      body.write(Buffer.from('first'));
      // More than the system holds for a client that has not read yet.
      for (let count = 0; count < 4_000; count++) body.write(Buffer.alloc(8_192));
    });
    const asked = request({ port }).end();
    const [answer] = (await once(asked, 'response')) as [IncomingMessage];
    expect(drained).toBe(false);
    await text(answer);
    expect(drained).toBe(true);
    await close();
  });
});

async function serve(answer: (response: ServerResponse) => void) {
  const server = createServer((_, response) => answer(response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    close: () => new Promise((resolve) => server.close(resolve).closeAllConnections()),
  };
}

async function exchange(port: number, bytes: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.write(bytes);
  return text(socket);
}
