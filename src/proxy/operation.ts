import { SetMetadata, type CustomDecorator } from '@nestjs/common';
import type { ClientProtocol } from '../protocols/client-protocol.js';
import type { Operation } from '../providers/provider-adapter.js';

const OPERATION = Symbol('operation');

/** What the client of each call speaks. */
export const PROTOCOLS: Readonly<Record<Operation, ClientProtocol>> = {
  chat: 'openai',
  completions: 'openai',
  embeddings: 'openai',
  responses: 'openai',
  messages: 'anthropic',
  count_tokens: 'anthropic',
};

/** Whose answers can be streams; elsewhere `stream` means nothing, and the upstream may say so. */
export const STREAMED: ReadonlySet<Operation> = new Set([
  'chat',
  'completions',
  'responses',
  'messages',
]);

/** Names the call a route serves. */
export const Serves = (operation: Operation): CustomDecorator<symbol> =>
  SetMetadata(OPERATION, operation);

export function operationOf(handler: object): Operation {
  return Reflect.getMetadata(OPERATION, handler) as Operation;
}
