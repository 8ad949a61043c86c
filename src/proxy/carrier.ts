import type { EventMeaning } from '../protocols/stream-watcher.js';
import type { TokenUsage } from '../protocols/token-usage.js';
import type { OutcomeKind } from '../providers/outcome.js';
import type { Operation } from '../providers/provider-adapter.js';

/** What an upstream's event becomes for the client. */
export interface CarriedEvent {
  /** Empty when the client is to see nothing of it. */
  readonly bytes: Buffer;
  readonly meaning: EventMeaning;
  /** How many of the upstream's events this is; absent: one. */
  readonly events?: number;
}

/** Carries a stream from the upstream's protocol to the client's, event by event. */
export interface StreamCarrier {
  /** @param event as EventSplitter cuts it */
  read(event: Buffer): CarriedEvent;
  /**
   * A chunk that begins with an event, as a whole: for less than its events would cost one by one. Null when that is not
   * possible, and they are to be read.
   */
  readWhole(chunk: Buffer): CarriedEvent | null;
  /**
   * What the client still gets when the upstream has ended its stream as it should: empty when its own end was passed on, an
   * error when the model failed in a way that only shows at the end. A second call gives nothing.
   */
  end(): CarriedEvent;
  /** The provider's own numbers; null while it has sent none. */
  readonly usage: TokenUsage | null;
  /** Whether the upstream ended its answer as its protocol has it: a stream that ends without was cut. */
  readonly finished: boolean;
  /** The provider's words for its error event, which the client has seen by then. */
  readonly errorMessage: string | null;
}

export type CarriedAnswer =
  | { readonly ok: true; readonly body: Buffer; readonly usage: TokenUsage | null }
  /** No answer, though the status said so: the provider's own error, or nothing that can be read. */
  | { readonly ok: false; readonly kind: OutcomeKind; readonly detail: string };

export interface Refusal {
  readonly kind: OutcomeKind;
  readonly detail: string;
}

/** How one call travels to one account and its answer back: as it is, or translated. */
export interface Carrier {
  /** What is called at the upstream. */
  readonly operation: Operation;
  readonly body: Buffer;
  /** Parameters that could not be carried, for `x-gateway-dropped`. */
  readonly dropped: readonly string[];
  stream(): StreamCarrier;
  answer(body: Buffer): CarriedAnswer;
  /** For protocols that refuse under status 200 in a form of their own, also where a stream was asked for. */
  readonly refusalIn?: (body: Record<string, unknown>) => Refusal | null;
  /** The type of a translated answer; null: the upstream's own. */
  readonly contentType: string | null;
}
