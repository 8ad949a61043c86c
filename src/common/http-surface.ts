import type { NestExpressApplication } from '@nestjs/platform-express';
import express, { type Request } from 'express';
import helmet from 'helmet';
import { refuseDeep } from './refuse-deep.js';

/** The gateway's own API. The other /v1 routes read their bodies themselves, as bytes. */
const OWN_API = ['/api', '/admin', '/v1/providers', '/v1/routing', '/v1/admin'];
/** What browsers show to people; programs on the other /v1 routes have no use for a page's security headers. */
const PAGES = [...OWN_API, '/swagger-ui', '/openapi.json', '/openapi.yaml', '/health', '/metrics'];
/** Open to everybody, so nobody gets to send much. */
const LOGIN = ['/api/auth/login', '/api/auth/refresh'];
const IS_PAGE = below(PAGES);

/** Whether anything is prescribed for a path here. */
export function isPage(path: string): boolean {
  return IS_PAGE.test(path);
}

/** What a browser may call from another origin. */
const FOR_BROWSERS = /^\/(api|admin)(\/|$)/i;

/** What is the same for whole families of routes: security headers, CORS, and who parses bodies up to which size. */
export function prepareHttpSurface(
  app: NestExpressApplication,
  corsOrigins: readonly string[],
): void {
  app.use(
    IS_PAGE,
    helmet({
      contentSecurityPolicy: {
        directives: {
          // Without TLS in front, a browser would look for Swagger UI's scripts on a port that does not speak it.
          upgradeInsecureRequests: null,
        },
      },
    }),
  );
  if (corsOrigins.length) allowOrigins(app, corsOrigins);
  app.use(below(LOGIN), express.json({ limit: '4kb', verify: refuseDeep }));
  app.use(below(OWN_API), express.json({ limit: '1mb', verify: refuseDeep }));
}

/** One expression for all of them: Express would try one of its own for each path on each request. */
function below(paths: readonly string[]): RegExp {
  return new RegExp(`^(?:${paths.join('|').replaceAll('.', '\\.')})(?=/|$)`, 'i');
}

function allowOrigins(app: NestExpressApplication, origins: readonly string[]): void {
  app.enableCors((request: Request, done) =>
    done(null, {
      origin: FOR_BROWSERS.test(request.path) ? [...origins] : false,
      credentials: false,
      exposedHeaders: ['x-request-id', 'retry-after'],
      maxAge: 600,
    }),
  );
}
