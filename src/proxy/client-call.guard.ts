import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { allowsModel } from '../common/model-pattern.js';
import { ForbiddenError, InvalidRequestError } from '../common/gateway-error.js';
import { GatewayConfig } from '../config/gateway-config.js';
import {
  JsonScanError,
  scanWithMarks,
  valueOf,
  type Scan,
  type Span,
} from '../protocols/json-scan.js';
import { BodySpace } from './body-space.js';
import { callerOf, setCall, setOperation } from './client-call.js';
import { askDeployment, deploymentOf } from './deployment.js';
import { OUTPUT_MEMBERS } from './expected-output.js';
import { operationOf, PROTOCOLS, STREAMED } from './operation.js';
import { THOUGHT_MARKS } from './own-thoughts.js';
import { readBody } from './request-body.js';
import { sessionOf, tagsOf } from './request-labels.js';

export class ModelNotAllowedError extends ForbiddenError {
  override readonly code = 'model_not_allowed';
}

/** Members the gateway reads or rewrites; everything else in a body passes unseen. */
const MEMBERS: ReadonlySet<string> = new Set([
  'model',
  'stream',
  'stream_options',
  'prompt_cache_key',
  'user',
  'metadata',
  'n',
  ...OUTPUT_MEMBERS,
]);

/** Reads the body and what the gateway must know of it; nothing is validated that the upstream will validate. */
@Injectable()
export class ClientCallGuard implements CanActivate {
  constructor(
    private readonly config: GatewayConfig,
    private readonly space: BodySpace,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const http = context.switchToHttp();
    const request = http.getRequest<IncomingMessage>();
    const caller = callerOf(request)!;
    const operation = operationOf(context.getHandler());
    setOperation(request, operation);
    const sent = await this.read(request, http.getResponse<ServerResponse>());
    const { body, members, marks } = this.scan(sent, deploymentOf(request));
    const model = this.modelOf(body, members);
    setCall(request, {
      ...caller,
      id: String(http.getResponse<ServerResponse>().getHeader('x-request-id')),
      operation,
      protocol: PROTOCOLS[operation],
      model,
      stream: STREAMED.has(operation) && streamOf(body, members),
      body,
      members,
      marks,
      tags: tagsOf(request.headers, caller.key.tags),
      session: sessionOf(request.headers, body, members),
      wantsUsage: wantsUsage(body, members),
      strict: request.headers['x-gateway-strict'] === 'true',
    });
    // Known by now, so that the record of the refusal says what was refused.
    if (allowsModel(caller.key.allowedModels, model)) return true;
    throw new ModelNotAllowedError(`this API key may not use the model '${model}'`, {
      param: 'model',
    });
  }

  /** What is taken of the space for bodies is given back when the request is over, however it ends. */
  private read(request: IncomingMessage, response: ServerResponse): Promise<Buffer> {
    let taken = 0;
    response.on('close', () => this.space.giveBack(taken));
    return readBody(request, this.config.environment.MAX_BODY_BYTES, (bytes) => {
      this.space.take(bytes);
      taken += bytes;
    });
  }

  private scan(sent: Buffer, deployment: string | null): Scan & { body: Buffer } {
    try {
      const body = deployment === null ? sent : askDeployment(sent, deployment);
      return { body, ...scanWithMarks(body, MEMBERS, THOUGHT_MARKS) };
    } catch (cause) {
      if (!(cause instanceof JsonScanError)) throw cause;
      throw new InvalidRequestError(`the body is not valid JSON: ${cause.message}`, { cause });
    }
  }

  private modelOf(body: Buffer, members: ReadonlyMap<string, Span>): string {
    const span = members.get('model');
    const model = span && readValue(body, span);
    if (typeof model !== 'string' || model === '') {
      throw new InvalidRequestError('model: expected a non-empty string', { param: 'model' });
    }
    if (model.length > 256 || /[\r\n]/.test(model) || !model.isWellFormed()) {
      throw new InvalidRequestError('model: not a name', { param: 'model' });
    }
    const prefix = this.config.environment.PROVIDER_SUFFIX;
    return prefix && model.startsWith(`${prefix}/`) ? model.slice(prefix.length + 1) : model;
  }
}

function streamOf(body: Buffer, members: ReadonlyMap<string, Span>): boolean {
  const span = members.get('stream');
  const stream = span && readValue(body, span);
  if (stream === undefined || stream === null || typeof stream === 'boolean')
    return stream === true;
  throw new InvalidRequestError('stream: expected true or false', { param: 'stream' });
}

function wantsUsage(body: Buffer, members: ReadonlyMap<string, Span>): boolean {
  const span = members.get('stream_options');
  const options = span && (readValue(body, span) as { include_usage?: unknown } | null);
  return options?.include_usage === true;
}

function readValue(body: Buffer, span: Span): unknown {
  try {
    return valueOf(body, span);
  } catch (cause) {
    throw new InvalidRequestError('the body is not valid JSON', { cause });
  }
}
