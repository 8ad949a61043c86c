import type { ConversationRequest, Tool, ToolUseBlock } from '../conversation.js';
import { isObject } from './shape-reader.js';
import { anthropicToolName } from './tool-name.js';

/** What an answer's calls were called before the request was written: the client knows its tools by these names only. */
export class ToolNames {
  private readonly known = new Map<string, Exclude<Tool, { kind: 'opaque' }>>();

  constructor(request: Pick<ConversationRequest, 'tools'> | null) {
    for (const tool of request?.tools ?? []) {
      if (tool.kind !== 'opaque') this.known.set(anthropicToolName(tool.name), tool);
    }
  }

  /** The call as the client knows it: a custom tool gets its text back out of the object it was put in. */
  restore(call: ToolUseBlock): ToolUseBlock {
    const tool = this.known.get(call.name);
    if (!tool) return call;
    const text = tool.kind === 'custom' ? unwrapped(call.arguments) : call.arguments;
    return { ...call, name: tool.name, kind: tool.kind, arguments: text };
  }
}

function unwrapped(json: string): string {
  try {
    const parsed: unknown = JSON.parse(json);
    if (isObject(parsed) && typeof parsed['input'] === 'string') return parsed['input'];
  } catch {
    // The model wrote something else: better its own words than none.
  }
  return json;
}
