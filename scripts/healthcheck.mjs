import { get } from 'node:http';

/** For HEALTHCHECK: an image without curl asks with what it has. */
const request = get({
  host: '127.0.0.1',
  port: process.env.PORT ?? 8080,
  path: '/health/live',
  timeout: 2_000,
});
request.once('response', ({ statusCode }) => process.exit(statusCode === 200 ? 0 : 1));
request.once('timeout', () => process.exit(1));
request.once('error', () => process.exit(1));
