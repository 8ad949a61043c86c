import type {
  ResponseCustomToolCallItem,
  ResponseFunctionToolCall,
} from 'openai/resources/responses/responses';
import type { ToolUseBlock } from '../conversation.js';
import type { ItemContext, ItemStatus } from './item-context.js';
import { callableTool, splitToolName } from './tool-names.js';

/** A custom tool that another protocol knows as a function of one `input` is called by that function. */
export function isCustomCall(call: ToolUseBlock, { tools }: ItemContext): boolean {
  return call.kind === 'custom' || callableTool(call.name, tools)?.kind === 'custom';
}

/** The free text of a call of a custom tool. */
export function customInput({ kind, arguments: text }: ToolUseBlock): string {
  if (kind === 'custom') return text;
  try {
    const { input } = JSON.parse(text) as { input?: unknown };
    return typeof input === 'string' ? input : text;
  } catch {
    return text;
  }
}

/** Clients parse the arguments of a call: one without any is called with the empty object. */
export function callArguments({ arguments: text }: ToolUseBlock): string {
  return text === '' ? '{}' : text;
}

export function writeCall(
  call: ToolUseBlock,
  index: number,
  status: ItemStatus,
  context: ItemContext,
): ResponseFunctionToolCall | ResponseCustomToolCallItem {
  const name = splitToolName(call.name, context.tools);
  if (isCustomCall(call, context)) {
    const input = customInput(call);
    const id = `ctc_${context.id}_${index}`;
    return { id, type: 'custom_tool_call', status, call_id: call.id, ...name, input };
  }
  const id = `fc_${context.id}_${index}`;
  const text = status === 'in_progress' ? call.arguments : callArguments(call);
  return { id, type: 'function_call', status, call_id: call.id, ...name, arguments: text };
}
