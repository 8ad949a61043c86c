import type { Tool, ToolChoice } from '../conversation.js';
import { InvalidConversationError } from '../translation.js';
import { cacheOf } from './decode-parts.js';
import { asObject, asText, type Json } from './json-values.js';
import {
  readBoolean,
  readList,
  readObject,
  readString,
  requireObject,
  requireString,
} from './request-fields.js';

/** `tools` and the older `functions`. */
export function decodeTools(body: Json): Tool[] {
  const tools = (readList(body, 'tools') ?? []).map((value, index) =>
    decodeTool(requireObject(value, `tools[${index}]`), `tools[${index}]`),
  );
  const legacy = (readList(body, 'functions') ?? []).map((value, index): Tool => {
    const path = `functions[${index}]`;
    return { ...decodeFunction(requireObject(value, path), path), legacy: true };
  });
  return [...tools, ...legacy];
}

function decodeTool(tool: Json, path: string): Tool {
  const type = requireString(tool, 'type', `${path}.type`);
  if (type === 'function') {
    const inner = requireObject(tool['function'], `${path}.function`);
    return { ...decodeFunction(inner, `${path}.function`), ...cacheOf(tool) };
  }
  if (type === 'custom') {
    const custom = requireObject(tool['custom'], `${path}.custom`);
    return {
      kind: 'custom',
      name: requireString(custom, 'name', `${path}.custom.name`),
      description: readString(custom, 'description', `${path}.custom.description`),
      format: custom['format'] ?? null,
    };
  }
  return { kind: 'opaque', protocol: 'openai-chat', name: type, value: tool };
}

function decodeFunction(inner: Json, path: string) {
  return {
    kind: 'function' as const,
    name: requireString(inner, 'name', `${path}.name`),
    description: readString(inner, 'description', `${path}.description`),
    parameters: readObject(inner, 'parameters', `${path}.parameters`),
    strict: readBoolean(inner, 'strict', `${path}.strict`),
  };
}

/** `tool_choice` and the older `function_call`, in all their forms. */
export function decodeToolChoice(body: Json): ToolChoice | null {
  const name = body['tool_choice'] == null ? 'function_call' : 'tool_choice';
  const choice = body[name] ?? null;
  if (choice === null) return null;
  if (choice === 'auto' || choice === 'none' || choice === 'required') return { kind: choice };
  // Mistral's word.
  if (choice === 'any') return { kind: 'required' };
  const object = asObject(choice);
  if (object === null) throw new InvalidConversationError(name, `${name} is unknown`);
  return name === 'function_call'
    ? { kind: 'named', name: requireString(object, 'name', `${name}.name`) }
    : decodeChoiceObject(object);
}

function decodeChoiceObject(choice: Json): ToolChoice {
  if (choice['type'] === 'allowed_tools') {
    const allowed = requireObject(choice['allowed_tools'] ?? choice, 'tool_choice.allowed_tools');
    const tools = readList(allowed, 'tools', 'tool_choice.allowed_tools.tools') ?? [];
    return {
      kind: 'allowed',
      names: tools.map((tool) =>
        toolNameIn(requireObject(tool, 'tool_choice.allowed_tools.tools')),
      ),
      required: allowed['mode'] === 'required',
    };
  }
  return { kind: 'named', name: toolNameIn(choice) };
}

function toolNameIn(holder: Json): string {
  const inner = asObject(holder['function']) ?? asObject(holder['custom']) ?? holder;
  const name = asText(inner['name']);
  if (name === '') throw new InvalidConversationError('tool_choice', 'tool_choice names no tool');
  return name;
}
