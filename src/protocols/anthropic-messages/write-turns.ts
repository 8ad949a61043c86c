import type { Block, ToolResultBlock, Turn } from '../conversation.js';
import { groupTurns, hasContent, lacksThinking, type Group } from './group-turns.js';
import { isObject, type JsonObject } from './shape-reader.js';
import { ToolIds } from './tool-ids.js';
import {
  writeCache,
  writeToolResult,
  writeToolUse,
  writeUserBlock,
} from './write-request-block.js';

interface Message {
  readonly role: 'user' | 'assistant';
  readonly content: JsonObject[];
}

export interface WrittenTurns {
  readonly system: JsonObject[];
  readonly messages: Message[];
  /** Kinds of blocks in the assistant's past that Anthropic cannot be shown. */
  readonly dropped: string[];
  /**
   * The model is in the middle of a round of tool calls that begins without thinking. With a thinking budget the API refuses
   * such a conversation.
   */
  readonly loopLacksThinking: boolean;
}

const NO_RESULT = '[no result]';

/**
 * Turns as the Messages API takes them: the system's apart, user and assistant by turns, the user first, no empty text, and
 * each tool call answered in the very next message before anything else is said.
 */
export function writeTurns(turns: readonly Turn[]): WrittenTurns {
  const firstOther = turns.findIndex(({ role }) => role !== 'system');
  const leading = firstOther === -1 ? turns : turns.slice(0, firstOther);
  const dropped = new Set<string>();
  const groups = groupTurns(turns.slice(leading.length), dropped);
  return {
    system: leading.flatMap(({ blocks }) => blocks.filter(hasContent).map(writeUserBlock)),
    messages: writeGroups(groups),
    dropped: [...dropped],
    loopLacksThinking: lacksThinking(groups),
  };
}

function writeGroups(groups: readonly Group[]): Message[] {
  const ids = new ToolIds();
  const messages: Message[] = [];
  for (const { role, blocks } of groups) {
    const content = role === 'user' ? writeUser(blocks, ids) : writeAssistant(blocks, ids);
    messages.push({ role, content });
  }
  const unanswered = ids.takeUnanswered();
  if (unanswered.length > 0) messages.push({ role: 'user', content: unanswered.map(noResult) });
  else trimEnd(messages.at(-1));
  return messages;
}

function writeUser(blocks: readonly Block[], ids: ToolIds): JsonObject[] {
  const results: JsonObject[] = [];
  const rest: JsonObject[] = [];
  for (const block of blocks) {
    const id = block.type === 'tool_result' ? ids.result(block.toolUseId) : null;
    if (block.type !== 'tool_result') rest.push(writeUserBlock(block));
    else if (id !== null) results.push(writeToolResult(block, id));
    else rest.push(...orphan(block));
  }
  return [...results, ...ids.takeUnanswered().map(noResult), ...rest];
}

/** The result of a call that is no longer in the history: still worth reading. */
function orphan({ content }: ToolResultBlock): JsonObject[] {
  const shown = content.filter(hasContent).map(writeUserBlock);
  return shown.length > 0 ? shown : [{ type: 'text', text: NO_RESULT }];
}

function noResult(id: string): JsonObject {
  return { type: 'tool_result', tool_use_id: id, content: NO_RESULT };
}

function writeAssistant(blocks: readonly Block[], ids: ToolIds): JsonObject[] {
  return blocks.map((block) => {
    switch (block.type) {
      case 'tool_use':
        return writeToolUse(block, ids.call(block.id));
      case 'thinking':
        return { type: 'thinking', thinking: block.text, signature: block.signature?.value };
      case 'redacted_thinking':
        return { type: 'redacted_thinking', data: block.data.value };
      case 'opaque':
        return isObject(block.value) ? { ...block.value } : writeUserBlock(block);
      case 'refusal':
      case 'text':
        return { type: 'text', text: block.text, ...('cache' in block && writeCache(block.cache)) };
      default:
        return writeUserBlock(block);
    }
  });
}

/** The API refuses an answer to be continued that ends in white space. */
function trimEnd(message: Message | undefined): void {
  const last = message?.role === 'assistant' ? message.content.at(-1) : undefined;
  if (typeof last?.['text'] === 'string') last['text'] = last['text'].trimEnd();
}
