import type { Response, ResponseUsage } from 'openai/resources/responses/responses';
import type { FinishReason } from '../conversation.js';
import type { TokenUsage } from '../token-usage.js';
import type { EncodingContext } from '../translation.js';
import type { ItemContext } from './item-context.js';
import type { OutputItem } from './output-items.js';
import { writeRequestEcho, type RequestEcho } from './request-echo.js';
import { writeUsage } from './write-usage.js';

/** A response as it goes over the wire; the SDK's type adds to it what the SDK adds, and forgets null. */
export type ResponseBody = RequestEcho &
  Pick<
    Response,
    | 'access_programs'
    | 'background'
    | 'created_at'
    | 'id'
    | 'incomplete_details'
    | 'model'
    | 'object'
    | 'output'
    | 'status'
  > & {
    error: { code: string; message: string } | null;
    usage: ResponseUsage | null;
  };

/** How an answer stands. */
export interface ResponseState {
  readonly createdAt: number | null;
  readonly outcome: Outcome | { readonly status: 'in_progress' };
  readonly output: readonly OutputItem[];
  readonly usage: TokenUsage | null;
}

export type Outcome =
  | { readonly status: 'completed' }
  | {
      readonly status: 'incomplete';
      readonly reason: 'max_output_tokens' | 'content_filter';
    }
  | { readonly status: 'failed'; readonly code: string; readonly message: string };

/** How an answer that ended ended. A refusal in words is an answer; one without words was filtered. */
export function outcomeOf(reason: FinishReason, hasRefusal: boolean): Outcome {
  switch (reason) {
    case 'length':
    case 'context_length':
      return { status: 'incomplete', reason: 'max_output_tokens' };
    case 'content_filter':
      return { status: 'incomplete', reason: 'content_filter' };
    case 'refusal':
      return hasRefusal
        ? { status: 'completed' }
        : { status: 'incomplete', reason: 'content_filter' };
    default:
      return { status: 'completed' };
  }
}

export function writeResponse(context: EncodingContext, state: ResponseState): ResponseBody {
  const { outcome, usage } = state;
  return {
    id: `resp_${bareId(context)}`,
    object: 'response',
    created_at: state.createdAt ?? context.createdAt,
    status: outcome.status,
    access_programs: null,
    background: false,
    error: outcome.status === 'failed' ? { code: outcome.code, message: outcome.message } : null,
    incomplete_details: outcome.status === 'incomplete' ? { reason: outcome.reason } : null,
    model: context.requestedModel,
    output: [...state.output],
    usage: usage && writeUsage(usage),
    ...writeRequestEcho(context.request),
  };
}

export function itemContext(context: EncodingContext): ItemContext {
  return { id: bareId(context), tools: context.request.tools };
}

/** Every id begins with the kind of what it names. */
function bareId({ id }: EncodingContext): string {
  return id.replace(/^resp_/, '').replaceAll(/[^A-Za-z0-9]/g, '');
}
