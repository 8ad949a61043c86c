import type { Response, ResponseStreamEvent } from 'openai/resources/responses/responses';
import { formatEvent } from '../sse.js';
import type { ResponseBody } from './response-object.js';

type Unnumbered<Event> = Event extends unknown ? Omit<Event, 'sequence_number'> : never;

interface LifecycleEvent {
  readonly type: Extract<ResponseStreamEvent, { response: Response }>['type'];
  readonly response: ResponseBody;
}

/** Any event of a stream, before it is numbered. */
export type StreamEventBody =
  Unnumbered<Exclude<ResponseStreamEvent, { response: Response }>> | LifecycleEvent;

/** Where in the response an event belongs. */
export interface ItemPlace {
  readonly item_id: string;
  readonly output_index: number;
}

/** Numbers the events of a stream, from 0 without gaps, as the protocol wants it. */
export class EventWriter {
  private next = 0;

  write(events: readonly StreamEventBody[]): string {
    return events.map((event) => this.writeOne(event)).join('');
  }

  private writeOne({ type, ...rest }: StreamEventBody): string {
    return formatEvent(JSON.stringify({ type, sequence_number: this.next++, ...rest }), type);
  }
}
