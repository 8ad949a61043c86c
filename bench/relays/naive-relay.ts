import { Agent, createServer, request as httpRequest } from 'node:http';

/** What anybody would write first: Node's own client and two pipes. */
const [port, upstreamPort] = process.argv.slice(2).map(Number);
const agent = new Agent({ keepAlive: true, maxSockets: Infinity });

createServer({ noDelay: true }, (request, response) => {
  const { method, url: path, headers } = request;
  const upstream = httpRequest(
    { host: '127.0.0.1', port: upstreamPort, agent, method, path, headers },
    (answer) => {
      response.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(response);
    },
  );
  upstream.on('error', () => response.destroy());
  request.pipe(upstream);
}).listen({ port, host: '127.0.0.1', backlog: 2_048 });
