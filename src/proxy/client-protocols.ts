import type { IncomingMessage } from 'node:http';
import type { ErrorFormat } from '../common/error.filter.js';
import { pathOf } from '../common/path-of.js';
import {
  anthropicErrorBody,
  anthropicErrorEvent,
  anthropicStatus,
} from '../protocols/anthropic-messages/error.js';
import { AnthropicStreamWatcher } from '../protocols/anthropic-messages/stream-watcher.js';
import { readAnthropicUsage } from '../protocols/anthropic-messages/usage.js';
import type { ErrorFacts } from '../protocols/client-protocol.js';
import { openAiErrorBody, openAiErrorEvent } from '../protocols/openai-chat/error.js';
import { OpenAiStreamWatcher } from '../protocols/openai-chat/stream-watcher.js';
import { readOpenAiUsage } from '../protocols/openai-chat/usage.js';
import { responsesErrorEvent } from '../protocols/openai-responses/error.js';
import { readResponsesUsage } from '../protocols/openai-responses/read-usage.js';
import { ResponsesStreamWatcher } from '../protocols/openai-responses/stream-watcher.js';
import type { StreamWatcher } from '../protocols/stream-watcher.js';
import type { Operation } from '../providers/provider-adapter.js';
import type { ReadUsage } from './whole-answer.js';

/** How a call's own protocol is read and written where the gateway has to. */
export interface CallForm {
  watcher(): StreamWatcher;
  readonly readUsage: ReadUsage;
  /** For a stream that cannot go on. */
  errorEvent(facts: ErrorFacts): string;
}

const openAi: CallForm = {
  watcher: () => new OpenAiStreamWatcher(),
  readUsage: readOpenAiUsage,
  errorEvent: openAiErrorEvent,
};

const responses: CallForm = {
  watcher: () => new ResponsesStreamWatcher(),
  readUsage: readResponsesUsage,
  errorEvent: responsesErrorEvent,
};

const anthropic: CallForm = {
  watcher: () => new AnthropicStreamWatcher(),
  readUsage: readAnthropicUsage,
  errorEvent: anthropicErrorEvent,
};

/** What the proxy needs of each call that clients make. */
export const callForms: Readonly<Record<Operation, CallForm>> = {
  chat: openAi,
  completions: openAi,
  embeddings: openAi,
  responses,
  messages: anthropic,
  count_tokens: anthropic,
};

const IS_OPENAI = /^\/(v1|openai)\//;
/** Under /v1 but not for programs: these answer in the gateway's own form. */
const OWN_ROUTES = /^\/v1\/(providers|routing|admin)(\/|$)/;

const anthropicFormat: ErrorFormat = {
  serves: (request) => speaksAnthropic(request),
  status: anthropicStatus,
  body: anthropicErrorBody,
};

const openAiFormat: ErrorFormat = {
  serves: (request) => {
    const path = pathOf(request);
    return IS_OPENAI.test(path) && !OWN_ROUTES.test(path);
  },
  body: openAiErrorBody,
};

/** Errors in the protocol of the route, for routes that exist and for those that do not. */
export const CLIENT_ERROR_FORMATS: readonly ErrorFormat[] = [anthropicFormat, openAiFormat];

/** `/v1/models` serves both protocols; Anthropic's clients always send their version. */
export function speaksAnthropic(request: Pick<IncomingMessage, 'url' | 'headers'>): boolean {
  const path = pathOf(request);
  if (path.startsWith('/v1/messages')) return true;
  return path.startsWith('/v1/models') && request.headers['anthropic-version'] !== undefined;
}
