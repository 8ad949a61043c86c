import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';
import type { ExecutionContext } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import { Catalog } from '../catalog/catalog.js';
import type { GatewayConfig } from '../config/gateway-config.js';
import type { Operation } from '../providers/provider-adapter.js';
import { BodySpace } from './body-space.js';
import { callOf, operationAsked, setCaller } from './client-call.js';
import { ClientCallGuard } from './client-call.guard.js';
import { Serves } from './operation.js';

describe('ClientCallGuard', () => {
  it('reads what the gateway must know, and nothing else', async () => {
    const { request, admitted } = given('{"model":"m","stream":true,"temperature":"hot"}');
    expect(await admitted).toBe(true);
    expect(callOf(request)).toMatchObject({
      id: 'the-id',
      operation: 'chat',
      protocol: 'openai',
      model: 'm',
      stream: true,
      tags: ['of-the-key'],
      session: null,
      wantsUsage: false,
      strict: false,
    });
  });

  it('takes its own prefix off the name, and no other', async () => {
    for (const [name, model] of [
      ['Proxy/gpt-4', 'gpt-4'],
      ['Other/gpt-4', 'Other/gpt-4'],
    ]) {
      const { request, admitted } = given(JSON.stringify({ model: name }));
      await admitted;
      expect(callOf(request)!.model).toBe(model);
    }
  });

  it.each([
    ['', null],
    ['[]', null],
    ['{"model":"m"', null],
    ['{"model":"m","model":"n"}', null],
    ['{}', 'model'],
    ['{"model":""}', 'model'],
    ['{"model":5}', 'model'],
    ['{"model":"a\\nb"}', 'model'],
    [`{"model":"${'m'.repeat(257)}"}`, 'model'],
    ['{"model":"m","stream":"yes"}', 'stream'],
    ['{"model":"m","stream":tru}', null],
  ])('refuses %j', async (body, param) => {
    const { request, admitted } = given(body);
    await expect(admitted).rejects.toMatchObject({
      status: 400,
      param: param ?? undefined,
    });
    expect(operationAsked(request)).toBe('chat');
  });

  it('refuses a model the key may not use, and remembers which', async () => {
    const { request, admitted } = given('{"model":"gpt-4o"}', ['claude-*']);
    await expect(admitted).rejects.toMatchObject({ status: 403, code: 'model_not_allowed' });
    expect(callOf(request)!.model).toBe('gpt-4o');
  });

  it.each(['embeddings', 'count_tokens'] as const)(
    'streams no %s, whatever it is asked',
    async (operation) => {
      const { request, admitted } = given('{"model":"m","stream":true}', ['*'], operation);
      await admitted;
      expect(callOf(request)!.stream).toBe(false);
    },
  );

  it('refuses a name that is no text', async () => {
    const { admitted } = given('{"model":"\\ud800"}');
    await expect(admitted).rejects.toMatchObject({ status: 400 });
  });

  it('refuses a body over the bound', async () => {
    const { admitted } = given(`{"model":"m","x":"${'x'.repeat(2_000)}"}`);
    await expect(admitted).rejects.toMatchObject({ status: 413 });
  });
});

function given(body: string, allowedModels = ['*'], operation: Operation = 'chat') {
  const environment = { MAX_BODY_BYTES: 1_000, PROVIDER_SUFFIX: 'Proxy' };
  const guard = new ClientCallGuard({ environment } as GatewayConfig, new BodySpace(1_500));
  const request = Object.assign(new PassThrough(), { headers: {} }) as unknown as IncomingMessage;
  setCaller(request, {
    key: {
      id: 'k',
      name: 'k',
      ownerId: null,
      allowedModels,
      expiresAt: null,
      routingPreferences: null,
      tags: ['of-the-key'],
    },
    catalog: Catalog.EMPTY,
    startedAt: 0,
    arrivedAt: 0,
    authenticatedAt: 0,
  });
  const response = Object.assign(new EventEmitter(), { getHeader: () => 'the-id' });
  const handler = (): void => {};
  Serves(operation)(handler);
  const admitted = guard.canActivate({
    getHandler: () => handler,
    switchToHttp: () => ({
      getRequest: () => request,
      getResponse: () => response,
    }),
  } as unknown as ExecutionContext);
  (request as unknown as PassThrough).end(body);
  return { request, admitted };
}
