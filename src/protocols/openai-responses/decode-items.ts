import type { ResponseInputItem } from 'openai/resources/responses/responses';
import type {
  Block,
  OpaqueBlock,
  Role,
  Signature,
  TextBlock,
  ToolResultBlock,
  Turn,
} from '../conversation.js';
import { decodeContent } from './decode-parts.js';
import { carriedBy, decodeReasoning, signaturesOfCalls } from './decode-reasoning.js';
import {
  asFields,
  join,
  optionalText,
  refuse,
  requiredText,
  type Fields,
} from './request-fields.js';
import { flatToolName } from './tool-names.js';

type ItemType = NonNullable<ResponseInputItem['type']>;

interface PlacedBlocks {
  readonly role: Role;
  readonly blocks: readonly Block[];
}

interface GrowingTurn {
  readonly role: Role;
  readonly blocks: Block[];
}

const ROLES: Readonly<Record<string, Role>> = {
  user: 'user',
  assistant: 'assistant',
  system: 'system',
  developer: 'system',
};

/** Items that answer the model; every other one that is no message was said or done by it. */
const FROM_CLIENT: ReadonlySet<string> = new Set<ItemType>([
  'computer_call_output',
  'local_shell_call_output',
  'shell_call_output',
  'apply_patch_call_output',
  'tool_search_output',
  'mcp_approval_response',
]);
const FROM_OPERATOR: ReadonlySet<string> = new Set<ItemType>(['configuration_update']);

/**
 * The turns of a conversation: neighbouring items of one role are one turn, behind the instructions, which are a system turn.
 * Throws InvalidConversationError.
 */
export function decodeTurns(instructions: string | null, input: unknown): Turn[] {
  const turns: GrowingTurn[] = [];
  if (instructions !== null) {
    append(turns, { role: 'system', blocks: [{ type: 'text', text: instructions }] });
  }
  if (typeof input === 'string') {
    append(turns, { role: 'user', blocks: [{ type: 'text', text: input }] });
    return turns;
  }
  if (!Array.isArray(input)) return refuse('input', 'must be a string or an array of items');
  const items = input.map((item, index) => asFields(item, `input[${index}]`));
  const callSignatures = signaturesOfCalls(items);
  for (const [index, item] of items.entries()) {
    const carried = carriedBy(item);
    if (carried?.signs === 'text') signLastText(turns, carried.signature);
    else if (carried?.signs !== 'call') {
      append(turns, decodeItem(item, `input[${index}]`, callSignatures));
    }
  }
  return turns;
}

function append(turns: GrowingTurn[], { role, blocks }: PlacedBlocks): void {
  const last = turns.at(-1);
  if (last?.role === role) last.blocks.push(...blocks);
  else if (blocks.length > 0) turns.push({ role, blocks: [...blocks] });
}

function decodeItem(
  item: Fields,
  path: string,
  callSignatures: ReadonlyMap<string, Signature>,
): PlacedBlocks {
  const type = optionalText(item, 'type', path) ?? 'message';
  switch (type as ItemType) {
    case 'message':
      return decodeMessage(item, path);
    case 'function_call':
    case 'custom_tool_call':
      return decodeCall(item, path, callSignatures);
    case 'function_call_output':
    case 'custom_tool_call_output':
      return { role: 'user', blocks: [decodeOutput(item, path)] };
    case 'reasoning':
      return { role: 'assistant', blocks: decodeReasoning(item, path) };
    case 'item_reference':
      return refuse(path, 'refers to a stored item: send the item itself, for none is stored here');
    case 'additional_tools':
      // Its tools were read with the request's own.
      return { role: 'system', blocks: [] };
    default:
      return { role: roleOfOpaque(type), blocks: [opaque(type, item)] };
  }
}

function decodeMessage(item: Fields, path: string): PlacedBlocks {
  const role = ROLES[requiredText(item, 'role', path)];
  if (role === undefined) return refuse(join(path, 'role'), 'is not a role of messages');
  return { role, blocks: decodeContent(item['content'], join(path, 'content')) };
}

function decodeCall(
  item: Fields,
  path: string,
  callSignatures: ReadonlyMap<string, Signature>,
): PlacedBlocks {
  const isCustom = item['type'] === 'custom_tool_call';
  const id = requiredText(item, 'call_id', path);
  const namespace = optionalText(item, 'namespace', path);
  const signature = callSignatures.get(id);
  return {
    role: 'assistant',
    blocks: [
      {
        type: 'tool_use',
        id,
        name: flatToolName(namespace, requiredText(item, 'name', path)),
        arguments: requiredText(item, isCustom ? 'input' : 'arguments', path),
        kind: isCustom ? 'custom' : 'function',
        ...(signature && { signature }),
      },
    ],
  };
}

function decodeOutput(item: Fields, path: string): ToolResultBlock {
  const content = decodeContent(item['output'], join(path, 'output')).map((block) =>
    isResultContent(block) ? block : opaque(block.type, block),
  );
  const toolUseId = requiredText(item, 'call_id', path);
  return { type: 'tool_result', toolUseId, content, isError: false };
}

function isResultContent(block: Block): block is ToolResultBlock['content'][number] {
  return ['text', 'image', 'document', 'opaque'].includes(block.type);
}

function signLastText(turns: GrowingTurn[], signature: Signature): void {
  const { role, blocks } = turns.at(-1) ?? { role: 'user', blocks: [] };
  const at = blocks.findLastIndex(({ type }) => type === 'text');
  if (role === 'assistant' && at !== -1) blocks[at] = { ...(blocks[at] as TextBlock), signature };
}

function roleOfOpaque(type: string): Role {
  if (FROM_OPERATOR.has(type)) return 'system';
  return FROM_CLIENT.has(type) ? 'user' : 'assistant';
}

function opaque(name: string, value: unknown): OpaqueBlock {
  return { type: 'opaque', protocol: 'openai-responses', name, value };
}
