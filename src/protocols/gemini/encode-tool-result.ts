import type { Part } from '@google/genai';
import type { ToolResultBlock } from '../conversation.js';
import { isObject, type JsonObject } from '../read-json.js';
import { UntranslatableError } from '../translation.js';
import { encodeMedia } from './encode-media.js';

export interface FunctionAnswer {
  readonly part: Part;
  /** Media that have no place in the part itself on this model. */
  readonly following: readonly Part[];
}

/** @param name in Gemini's alphabet; @param id of the call; @param takesMedia whether results may hold images (Gemini 3) */
export function encodeToolResult(
  result: ToolResultBlock,
  { name, id, takesMedia }: { name: string; id: string; takesMedia: boolean },
): FunctionAnswer {
  const media = mediaOf(result);
  const parts = takesMedia ? media.filter(({ inlineData }) => inlineData) : [];
  const response = responseOf(textOf(result), result.isError);
  return {
    part: {
      functionResponse: { id, name, response, ...(parts.length > 0 && { parts }) },
    },
    following: media.filter((part) => !parts.includes(part)),
  };
}

/** Stands in for a result that the client's history has lost: a call without one is refused. */
export function missingToolResult(name: string, id: string): Part {
  return { functionResponse: { id, name, response: { output: '[no result]' } } };
}

/** Gemini wants an object; `output` and `error` are the names it knows for anything else. */
function responseOf(text: string, isError: boolean): JsonObject {
  if (isError) return { error: text };
  return exactObject(text) ?? { output: text };
}

/** Numbers of Gemini's objects are doubles, so an object with longer ones stays text, lest an id change. */
function exactObject(text: string): JsonObject | null {
  if (!/^\s*\{/.test(text) || /\d{16}/.test(text)) return null;
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

export function textOf({ content }: ToolResultBlock): string {
  return content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('\n');
}

function mediaOf({ content }: ToolResultBlock): Part[] {
  return content.flatMap((block) => {
    switch (block.type) {
      case 'text':
        return [];
      case 'opaque':
        throw new UntranslatableError('tool_result', `a tool result holds ${block.name}`);
      default:
        return encodeMedia(block);
    }
  });
}
