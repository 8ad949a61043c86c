import { RequestMethod, type Type } from '@nestjs/common';
import { DiscoveryModule, DiscoveryService, MetadataScanner, Reflector } from '@nestjs/core';
import { Test, type TestingModule } from '@nestjs/testing';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ACCEPTS_ADMIN_KEY, AUDIENCE, BEFORE_PASSWORD_CHANGE } from '../src/access/audience.js';
import { Logger } from '../src/common/logger.js';
import { loadConfig } from '../src/config/gateway-config.js';
import { AUDIENCES } from './support/audiences.js';
import { loadAppModule } from './support/app-module.js';

describe('the audience of every route', () => {
  let directory: string;
  let module: TestingModule;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'gateway-audience-'));
    const config = loadConfig({ NODE_ENV: 'test', DATA_DIR: directory }, directory);
    const url = 'postgres://nobody@127.0.0.1:1/none';
    module = await Test.createTestingModule({
      imports: [(await loadAppModule()).forRoot(config, url, Logger.silent()), DiscoveryModule],
    }).compile();
  });

  afterAll(async () => {
    await module.close();
    await rm(directory, { recursive: true, force: true });
  });

  it('is declared as it is written down', () => {
    expect(audiences(module)).toEqual(AUDIENCES);
  });
});

/** Method and path of each handler in the application; `closed` where nobody has said who may call it. */
function audiences(module: TestingModule): Record<string, string> {
  const scanner = module.get(MetadataScanner, { strict: false });
  const found: Record<string, string> = {};
  for (const { metatype, instance } of module.get(DiscoveryService).getControllers()) {
    const controller = metatype as Type<object>;
    const prototype = Object.getPrototypeOf(instance) as Record<string, () => unknown>;
    for (const name of scanner.getAllMethodNames(prototype)) {
      const handler = prototype[name]!;
      for (const route of routesOf(controller, handler))
        found[route] = declared(handler, controller);
    }
  }
  return found;
}

function routesOf(controller: Type<object>, handler: () => unknown): string[] {
  const paths = Reflect.getMetadata('path', handler) as string | string[] | undefined;
  if (paths === undefined) return [];
  const method = RequestMethod[Reflect.getMetadata('method', handler) as RequestMethod];
  const prefixes = [Reflect.getMetadata('path', controller) as string | string[]].flat();
  return prefixes.flatMap((prefix) =>
    [paths].flat().map((path) => {
      const parts = `${prefix}/${path}`.split('/').filter(Boolean);
      return `${method} /${parts.join('/')}`;
    }),
  );
}

function declared(handler: () => unknown, controller: Type<object>): string {
  const reflector = new Reflector();
  const read = <T>(key: symbol) => reflector.getAllAndOverride<T>(key, [handler, controller]);
  return [
    read<string | undefined>(AUDIENCE) ?? 'closed',
    ...(read(ACCEPTS_ADMIN_KEY) ? ['key'] : []),
    ...(read(BEFORE_PASSWORD_CHANGE) ? ['initial'] : []),
  ].join(' + ');
}
