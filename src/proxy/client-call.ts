import type { IncomingMessage } from 'node:http';
import type { Catalog, CatalogKey } from '../catalog/catalog.js';
import type { ClientProtocol } from '../protocols/client-protocol.js';
import type { Span } from '../protocols/json-scan.js';
import type { Operation } from '../providers/provider-adapter.js';
import type { Plan } from '../routing/plan.js';

/** Who calls, as far as the headers tell. */
export interface Caller {
  readonly key: CatalogKey;
  /** What the request is decided by to its end, whatever changes meanwhile. */
  readonly catalog: Catalog;
  /** Wall clock at arrival, milliseconds. */
  readonly startedAt: number;
  /** Monotonic milliseconds. */
  readonly arrivedAt: number;
  readonly authenticatedAt: number;
}

/** A client's request for inference: its bytes, and the few facts the gateway reads out of them. */
export interface ClientCall extends Caller {
  readonly id: string;
  readonly operation: Operation;
  readonly protocol: ClientProtocol;
  /** As the client named it, without the gateway's own prefix. */
  readonly model: string;
  readonly stream: boolean;
  readonly body: Buffer;
  /** Top-level members of the body that the gateway may have to rewrite. */
  readonly members: ReadonlyMap<string, Span>;
  /** Which of THOUGHT_MARKS are in the body. */
  readonly marks: ReadonlySet<string>;
  readonly tags: readonly string[];
  readonly session: string | null;
  /** The client asked for usage in its stream. */
  readonly wantsUsage: boolean;
  /** `x-gateway-strict`: rather no answer than one without some parameter. */
  readonly strict: boolean;
}

/** What one guard learns and the next one needs; typed, and gone with the request. */
interface Progress {
  caller?: Caller;
  operation?: Operation;
  call?: ClientCall;
  plan?: Plan;
  served?: true;
}

const progress = new WeakMap<IncomingMessage, Progress>();

export function setCaller(request: IncomingMessage, caller: Caller): void {
  progress.set(request, { caller });
}

export function setOperation(request: IncomingMessage, operation: Operation): void {
  progress.get(request)!.operation = operation;
}

export function setCall(request: IncomingMessage, call: ClientCall): void {
  progress.get(request)!.call = call;
}

export function setPlan(request: IncomingMessage, plan: Plan): void {
  progress.get(request)!.plan = plan;
}

/** Undefined until ApiKeyGuard has let the request pass. */
export function callerOf(request: IncomingMessage): Caller | undefined {
  return progress.get(request)?.caller;
}

/** Undefined until ClientCallGuard has begun. */
export function operationAsked(request: IncomingMessage): Operation | undefined {
  return progress.get(request)?.operation;
}

/** Undefined until ClientCallGuard has read the body. */
export function callOf(request: IncomingMessage): ClientCall | undefined {
  return progress.get(request)?.call;
}

/** Undefined until CircuitBreakerGuard has found somebody to ask. */
export function planOf(request: IncomingMessage): Plan | undefined {
  return progress.get(request)?.plan;
}

/** Hands a call over to be served; from here on its account is somebody's duty. */
export function beginServing(request: IncomingMessage): { call: ClientCall; plan: Plan } {
  const known = progress.get(request)!;
  known.served = true;
  return { call: known.call!, plan: known.plan! };
}

export function isServed(request: IncomingMessage): boolean {
  return progress.get(request)?.served ?? false;
}
