import type { ResponseErrorEvent } from 'openai/resources/responses/responses';
import type { ErrorFacts } from '../client-protocol.js';
import { formatEvent } from '../sse.js';

/**
 * An error in a stream that has begun; `response.completed` must not follow.
 * @param sequenceNumber of the event, where it is known: the copied ones were not counted
 */
export function responsesErrorEvent(facts: ErrorFacts, sequenceNumber = 0): string {
  const { code, message, param } = facts;
  const event: ResponseErrorEvent = {
    type: 'error',
    code,
    message,
    param: param ?? null,
    sequence_number: sequenceNumber,
  };
  return formatEvent(JSON.stringify(event), event.type);
}
