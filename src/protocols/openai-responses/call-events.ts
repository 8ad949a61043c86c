import type { ToolUseBlock } from '../conversation.js';
import type { BlockEvents } from './block-events.js';
import { callArguments, customInput, isCustomCall } from './call-item.js';
import type { ItemPlace, StreamEventBody } from './event-writer.js';
import type { ItemContext } from './item-context.js';

export function callEvents(
  call: ToolUseBlock,
  place: ItemPlace,
  context: ItemContext,
): BlockEvents {
  if (!isCustomCall(call, context)) return functionCallEvents(place);
  return call.kind === 'custom' ? customCallEvents(place) : wrappedCallEvents(place);
}

function functionCallEvents(place: ItemPlace): BlockEvents {
  return {
    begin: [],
    grow: (delta) =>
      delta.type === 'arguments' && delta.text !== '' ? [argumentsDelta(place, delta.text)] : [],
    end({ block }) {
      if (block.type !== 'tool_use') return [];
      const text = callArguments(block);
      const done = argumentsDone(place, text);
      // Clients add the deltas up, or read what is done: both have to come to the same.
      return text === block.arguments ? [done] : [argumentsDelta(place, text), done];
    },
  };
}

function customCallEvents(place: ItemPlace): BlockEvents {
  return {
    begin: [],
    grow: (delta) =>
      delta.type === 'arguments' && delta.text !== '' ? [inputDelta(place, delta.text)] : [],
    end: ({ block }) => (block.type === 'tool_use' ? [inputDone(place, customInput(block))] : []),
  };
}

/** The text inside JSON is only known when the JSON is whole. */
function wrappedCallEvents(place: ItemPlace): BlockEvents {
  return {
    begin: [],
    grow: () => [],
    end({ block }) {
      if (block.type !== 'tool_use') return [];
      const input = customInput(block);
      return input === ''
        ? [inputDone(place, input)]
        : [inputDelta(place, input), inputDone(place, input)];
    },
  };
}

function argumentsDelta(place: ItemPlace, delta: string): StreamEventBody {
  return { type: 'response.function_call_arguments.delta', ...place, delta };
}

function argumentsDone(place: ItemPlace, text: string): StreamEventBody {
  return { type: 'response.function_call_arguments.done', ...place, arguments: text };
}

function inputDelta(place: ItemPlace, delta: string): StreamEventBody {
  return { type: 'response.custom_tool_call_input.delta', ...place, delta };
}

function inputDone(place: ItemPlace, input: string): StreamEventBody {
  return { type: 'response.custom_tool_call_input.done', ...place, input };
}
