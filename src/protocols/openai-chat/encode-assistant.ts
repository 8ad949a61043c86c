import { createHash } from 'node:crypto';
import type { Block, RedactedThinkingBlock, ThinkingBlock, ToolUseBlock } from '../conversation.js';
import { UntranslatableError } from '../translation.js';
import { writeThinkingBlock } from './encode-answer.js';
import type { Part } from './encode-parts.js';
import type { PeerProfile } from './peer-profile.js';
import type { ToolNames } from './tool-names.js';

/** An assistant's message. Its text stands before its calls, whatever their order was. Throws UntranslatableError. */
export function encodeAssistant(
  blocks: readonly Block[],
  profile: PeerProfile,
  toolNames: ToolNames,
): Part {
  const calls = blocks.filter((block) => block.type === 'tool_use');
  const text = blocks.map((block) => spoken(block, profile)).join('');
  const refusal = blocks.map((block) => (block.type === 'refusal' ? block.text : '')).join('');
  const audio = ownAudio(blocks, profile);
  return {
    role: 'assistant',
    content: text === '' && (calls.length > 0 || audio !== null) ? null : text,
    ...(refusal !== '' && profile.supportsRefusal && { refusal }),
    ...encodeThoughts(blocks, profile, calls.length > 0),
    ...(audio !== null && { audio: { id: audio } }),
    ...(calls.length > 0 && {
      tool_calls: calls.map((call) => encodeCall(call, profile, toolNames)),
    }),
  };
}

/** The id of what the assistant said aloud; it means something to its own provider only. */
function ownAudio(blocks: readonly Block[], { provider }: PeerProfile): string | null {
  for (const block of blocks) {
    if (block.type !== 'audio' || block.source.kind !== 'file') continue;
    if (block.source.provider === provider) return block.source.id;
  }
  return null;
}

/** The same id for a call and its result, always. */
export function encodeToolId(id: string, { toolIdPattern }: PeerProfile): string {
  if (toolIdPattern === null || toolIdPattern.test(id)) return id;
  return createHash('sha256').update(id).digest('hex').slice(0, 9);
}

function spoken(block: Block, profile: PeerProfile): string {
  switch (block.type) {
    case 'text':
      return block.text;
    case 'refusal':
      return profile.supportsRefusal ? '' : block.text;
    case 'audio':
      return block.source.kind === 'file' && block.source.provider === profile.provider
        ? ''
        : (block.transcript ?? '');
    case 'opaque':
      throw new UntranslatableError(
        block.name,
        `"${block.name}" blocks are not known to this model`,
      );
    default:
      return '';
  }
}

/**
 * Thoughts signed by another provider are left out: a model must not take them for its own. Unsigned ones come from a
 * provider of this kind.
 */
function encodeThoughts(blocks: readonly Block[], profile: PeerProfile, hasCalls: boolean): Part {
  const { reasoningField, requiresReasoningReplay } = profile;
  const thoughts = blocks.filter(
    (block) => block.type === 'thinking' && isOwn(block, profile),
  ) as ThinkingBlock[];
  const details = thoughts.flatMap(({ signature }) => detailsIn(signature?.value ?? ''));
  const text = thoughts.map((thought) => thought.text).join('');
  const isRequired = requiresReasoningReplay && hasCalls;
  // OpenAI itself has no field for thoughts at all, and refuses one it does not know.
  const keepsProofs = reasoningField !== null && details.length === 0;
  const proofs = keepsProofs ? thoughts.map(writeOwnBlock).filter(Boolean) : [];
  return {
    ...(reasoningField !== null && (text !== '' || isRequired) && { [reasoningField]: text }),
    ...(details.length > 0 && { reasoning_details: details }),
    ...(proofs.length > 0 && { thinking_blocks: proofs }),
  };
}

function isOwn({ signature }: ThinkingBlock, { provider }: PeerProfile): boolean {
  return signature === null || signature.provider === provider;
}

/** Whether the provider is shown this thought again. */
export function keepsThought(
  block: ThinkingBlock | RedactedThinkingBlock,
  profile: PeerProfile,
): boolean {
  return block.type === 'thinking' && profile.reasoningField !== null && isOwn(block, profile);
}

/** To the provider that signed, the bare signature. */
function writeOwnBlock(block: ThinkingBlock): Part | null {
  const { signature } = block;
  return (
    signature &&
    writeThinkingBlock({ ...block, signature: { ...signature, provider: 'anthropic' } })
  );
}

/** OpenRouter's details are kept as they came. */
function detailsIn(value: string): unknown[] {
  if (!value.startsWith('[')) return [];
  try {
    const details: unknown = JSON.parse(value);
    return Array.isArray(details) ? details : [];
  } catch {
    return [];
  }
}

function encodeCall(call: ToolUseBlock, profile: PeerProfile, toolNames: ToolNames): Part {
  const name = toolNames.shorten(call.name);
  const id = encodeToolId(call.id, profile);
  const signature = call.signature?.provider === profile.provider ? call.signature.value : null;
  const extra = signature && { extra_content: { google: { thought_signature: signature } } };
  if (call.kind === 'custom' && profile.supportsCustomTools) {
    return { id, type: 'custom', custom: { name, input: call.arguments }, ...extra };
  }
  const text =
    call.kind === 'custom' ? JSON.stringify({ input: call.arguments }) : call.arguments || '{}';
  return { id, type: 'function', function: { name, arguments: text }, ...extra };
}
