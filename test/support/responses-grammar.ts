import type { ResponseStreamEvent } from 'openai/resources/responses/responses';

/**
 * What is wrong with a stream of response events, beyond what the SDK forgives: numbers in order, one item at a time and a
 * `done` for each `added`, deltas that add up to their `done`.
 */
export function responsesGrammarFaults(events: readonly ResponseStreamEvent[]): string[] {
  const faults: string[] = [];
  const grown = new Map<string, string>();
  let open: string | null = null;
  let items = 0;
  for (const [index, event] of events.entries()) {
    const fault = (what: string) => faults.push(`${index} ${event.type}: ${what}`);
    if (event.sequence_number !== index) fault(`number ${event.sequence_number}`);
    if (event.type === 'response.output_item.added') {
      if (open !== null) fault(`${open} is still open`);
      if (event.output_index !== items++) fault(`index ${event.output_index}`);
      open = event.item.id ?? '';
    } else if (event.type === 'response.output_item.done') {
      if (event.item.id !== open) fault(`${event.item.id} is not open`);
      open = null;
    } else if ('item_id' in event) {
      if (event.item_id !== open) fault(`${event.item_id} is not open`);
      const part = `${event.item_id} ${'content_index' in event ? event.content_index : 0}`;
      const text = grown.get(part) ?? '';
      if ('delta' in event && typeof event.delta === 'string') grown.set(part, text + event.delta);
      if ((wholeOf(event) ?? text) !== text) fault('the deltas say otherwise');
    }
  }
  if (open !== null) faults.push(`${open} was never done`);
  return faults;
}

function wholeOf(event: ResponseStreamEvent): string | null {
  switch (event.type) {
    case 'response.output_text.done':
    case 'response.reasoning_summary_text.done':
      return event.text;
    case 'response.refusal.done':
      return event.refusal;
    case 'response.function_call_arguments.done':
      return event.arguments;
    case 'response.custom_tool_call_input.done':
      return event.input;
    default:
      return null;
  }
}
