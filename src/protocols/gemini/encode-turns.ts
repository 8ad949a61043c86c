import type { Content, Part } from '@google/genai';
import type {
  Block,
  ConversationRequest,
  Signature,
  ToolResultBlock,
  ToolUseBlock,
  Turn,
} from '../conversation.js';
import { isObject, type JsonObject } from '../read-json.js';
import { UntranslatableError } from '../translation.js';
import { encodeMedia } from './encode-media.js';
import { encodeToolResult, missingToolResult, textOf } from './encode-tool-result.js';
import { modelGeneration } from './model-generation.js';
import { encodeToolName } from './tool-names.js';

/** Tells Gemini 3 that a call's signature is lost for good; without either the request is refused. */
const NO_SIGNATURE = 'skip_thought_signature_validator';

/** The system's turns that stand in front of everything: Gemini's one system instruction. */
export function leadingTurns(turns: readonly Turn[]): readonly Turn[] {
  const first = turns.findIndex(({ role }) => role !== 'system');
  return first === -1 ? turns : turns.slice(0, first);
}

/** The turns behind those, user and model by turns, user first, each step's calls followed by their results. */
export function encodeTurns({
  turns,
  model,
}: Pick<ConversationRequest, 'turns' | 'model'>): Content[] {
  const contents: Content[] = [];
  const isThree = modelGeneration(model) >= 3;
  let calls: ToolUseBlock[] = [];
  for (const { role, blocks } of groups(turns.slice(leadingTurns(turns).length))) {
    if (role === 'assistant') {
      calls = blocks.filter((block) => block.type === 'tool_use');
      append(contents, 'model', modelParts(blocks, isThree));
      continue;
    }
    append(contents, 'user', userParts(blocks, calls, isThree));
    calls = [];
  }
  if (calls.length > 0) append(contents, 'user', userParts([], calls, isThree));
  // Gemini refuses a conversation that the model begins, and one without any turn.
  if (contents[0]?.role !== 'user') contents.unshift({ role: 'user', parts: [{ text: '.' }] });
  return contents;
}

function append(contents: Content[], role: string, parts: Part[]): void {
  const last = contents.at(-1);
  if (parts.length === 0) return;
  if (last?.role === role) last.parts!.push(...parts);
  else contents.push({ role, parts });
}

/**
 * Turns of one role that follow each other are one. A later system turn becomes words of the user, in its place: in front it
 * would change the beginning of the conversation, which providers cache, with every reminder.
 */
function groups(turns: readonly Turn[]): { role: 'user' | 'assistant'; blocks: Block[] }[] {
  const merged: { role: 'user' | 'assistant'; blocks: Block[] }[] = [];
  for (const { role: given, blocks } of turns) {
    if (blocks.length === 0) continue;
    const role = given === 'system' ? 'user' : given;
    const last = merged.at(-1);
    if (last?.role === role) last.blocks.push(...blocks);
    else merged.push({ role, blocks: [...blocks] });
  }
  return merged;
}

/** Results first, in the order of their calls, whatever order the client has them in. */
function userParts(
  blocks: readonly Block[],
  calls: readonly ToolUseBlock[],
  takesMedia: boolean,
): Part[] {
  const unused = new Set(blocks.filter((block) => block.type === 'tool_result'));
  const answers = calls.map(({ id, name: original }) => {
    const name = encodeToolName(original);
    const result = [...unused].find(({ toolUseId }) => toolUseId === id);
    if (!result) return { part: missingToolResult(name, id), following: [] };
    unused.delete(result);
    return encodeToolResult(result, { name, id, takesMedia });
  });
  const rest = blocks.flatMap((block) => {
    if (block.type !== 'tool_result') return encodeBlock(block, null, takesMedia);
    return unused.has(block) ? orphanParts(block) : [];
  });
  return [
    ...answers.map(({ part }) => part),
    ...answers.flatMap(({ following }) => following),
    ...rest,
  ];
}

/** A result whose call is gone from the history can only be told. */
function orphanParts(result: ToolResultBlock): Part[] {
  const media = result.content.filter(
    (block) => block.type === 'image' || block.type === 'document',
  );
  return [
    { text: `Result of the tool call ${result.toolUseId}: ${textOf(result)}` },
    ...media.flatMap((block) => encodeMedia(block)),
  ];
}

function modelParts(blocks: readonly Block[], needsSignatures: boolean): Part[] {
  const parts: Part[] = [];
  /** Of a thinking block: Gemini signs what follows the thought, other protocols have a place for it only there. */
  let carried: Signature | null = null;
  for (const block of blocks) {
    if (block.type === 'thinking') {
      if (block.signature?.provider !== 'gemini') continue;
      if (block.text) parts.push({ text: block.text, thought: true });
      carried = block.signature;
      continue;
    }
    const encoded = encodeBlock(block, carried, needsSignatures);
    if (encoded.length > 0) carried = null;
    parts.push(...encoded);
  }
  if (carried) parts.push({ text: '', thoughtSignature: carried.value });
  const first = parts.find(({ functionCall }) => functionCall);
  if (needsSignatures && first) first.thoughtSignature ??= NO_SIGNATURE;
  return parts;
}

function encodeBlock(block: Block, carried: Signature | null, isThree: boolean): Part[] {
  switch (block.type) {
    case 'text': {
      const mark = signed(block.signature, carried);
      return block.text || mark.thoughtSignature ? [{ text: block.text, ...mark }] : [];
    }
    case 'refusal':
      return block.text ? [{ text: block.text }] : [];
    case 'tool_use':
      return [
        {
          functionCall: {
            id: block.id,
            name: encodeToolName(block.name),
            args: argumentsOf(block),
          },
          ...signed(block.signature, carried),
        },
      ];
    case 'opaque':
      if (block.protocol === 'gemini' && isObject(block.value)) return [block.value as Part];
      throw new UntranslatableError('messages', `Gemini has nothing like ${block.name}`);
    case 'image':
    case 'document':
    case 'audio':
      return encodeMedia(block, isThree);
    case 'thinking':
    case 'redacted_thinking':
    case 'tool_result':
      return [];
  }
}

/** Another provider's signature is an error to Gemini. */
function signed(
  own: Signature | undefined,
  carried: Signature | null,
): Pick<Part, 'thoughtSignature'> {
  const signature = own?.provider === 'gemini' ? own : carried;
  return signature ? { thoughtSignature: signature.value } : {};
}

/** Arguments a model got wrong stay readable to it. */
function argumentsOf({ arguments: text, kind }: ToolUseBlock): JsonObject {
  if (kind === 'custom') return { input: text };
  if (text.trim() === '') return {};
  try {
    const value: unknown = JSON.parse(text);
    if (isObject(value)) return value;
  } catch {
    // Falls through: it is no JSON at all.
  }
  return { _raw: text };
}
