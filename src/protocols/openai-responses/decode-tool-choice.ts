import type { ExtraParameter, Tool, ToolChoice } from '../conversation.js';
import {
  asFields,
  optionalList,
  optionalText,
  refuse,
  requiredText,
  type Fields,
} from './request-fields.js';
import { flatToolName } from './tool-names.js';

export interface DecodedToolChoice {
  readonly toolChoice: ToolChoice | null;
  /** A choice only OpenAI's own servers can follow. */
  readonly extras: readonly ExtraParameter[];
}

/** Throws InvalidConversationError. */
export function decodeToolChoice(value: unknown, tools: readonly Tool[]): DecodedToolChoice {
  if (value === null || value === undefined) return chosen(null);
  if (value === 'auto' || value === 'none') return chosen({ kind: value });
  if (value === 'required') {
    return tools.length === 0 ? impossible(value) : chosen({ kind: value });
  }
  const choice = asFields(value, 'tool_choice');
  switch (requiredText(choice, 'type', 'tool_choice')) {
    case 'function':
    case 'custom':
      return chosen({ kind: 'named', name: nameOf(choice, 'tool_choice') });
    case 'allowed_tools':
      return allowedTools(choice, tools);
    default:
      return impossible(value);
  }
}

function allowedTools(choice: Fields, tools: readonly Tool[]): DecodedToolChoice {
  const mode = requiredText(choice, 'mode', 'tool_choice');
  if (mode !== 'auto' && mode !== 'required') {
    return refuse('tool_choice.mode', 'must be auto or required');
  }
  const names = optionalList(choice, 'tools', 'tool_choice').flatMap((value, index) => {
    const path = `tool_choice.tools[${index}]`;
    return namesOf(asFields(value, path), path, tools);
  });
  const required = mode === 'required';
  if (names.length > 0) return chosen({ kind: 'allowed', names, required });
  return required ? impossible(choice) : chosen({ kind: 'none' });
}

/** Server tools cannot be called elsewhere, allowed or not. */
function namesOf(entry: Fields, path: string, tools: readonly Tool[]): string[] {
  const { type } = entry;
  if (type === 'function' || type === 'custom') return [nameOf(entry, path)];
  if (type !== 'namespace') return [];
  const namespace = requiredText(entry, 'name', path);
  return tools
    .filter((tool) => tool.kind !== 'opaque' && tool.namespace === namespace)
    .map(({ name }) => name);
}

function nameOf(entry: Fields, path: string): string {
  return flatToolName(optionalText(entry, 'namespace', path), requiredText(entry, 'name', path));
}

function chosen(toolChoice: ToolChoice | null): DecodedToolChoice {
  return { toolChoice, extras: [] };
}

function impossible(value: unknown): DecodedToolChoice {
  return { toolChoice: null, extras: [{ name: 'tool_choice', value, essential: true }] };
}
