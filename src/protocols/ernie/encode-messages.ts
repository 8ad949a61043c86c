import type { Block, ToolResultBlock, ToolUseBlock, Turn } from '../conversation.js';
import { UntranslatableError } from '../translation.js';

export interface ErnieMessage {
  role: 'user' | 'assistant' | 'function';
  content: string;
  name?: string;
  function_call?: { name: string; arguments: string };
}

/** Stands where the interface demands a message and the conversation has none. */
const FILLER = 'OK';

/**
 * Turns but for system ones. The interface wants user and assistant strictly by turns, the user's first and last, and one call
 * at a time: calls made together are told one after the other, each with its result. Throws UntranslatableError.
 */
export function encodeMessages(turns: readonly Turn[]): ErnieMessage[] {
  const messages: ErnieMessage[] = [];
  const all = turns.flatMap(({ blocks }) => blocks);
  const results = all.filter((block) => block.type === 'tool_result');
  const known = new Set(all.flatMap((block) => (block.type === 'tool_use' ? [block.id] : [])));
  for (const { role, blocks } of turns) {
    if (role === 'system') continue;
    const text = textOf(blocks.map((block) => tellOrphan(block, known)));
    if (text !== '') append(messages, { role, content: text });
    if (role !== 'assistant') continue;
    for (const call of blocks.filter((block) => block.type === 'tool_use')) {
      appendCall(messages, call, results);
    }
  }
  if (messages.length === 0 || messages.at(-1)?.role === 'assistant') {
    throw new UntranslatableError('messages', 'for this model the last turn must be the user’s');
  }
  return messages;
}

function appendCall(
  messages: ErnieMessage[],
  call: ToolUseBlock,
  results: ToolResultBlock[],
): void {
  const { id, name, arguments: args } = call;
  const functionCall = { name, arguments: args || '{}' };
  append(messages, { role: 'assistant', content: '', function_call: functionCall });
  const position = results.findIndex(({ toolUseId }) => toolUseId === id);
  // Taken out: some clients use an id again in a later turn.
  const result = position === -1 ? undefined : results.splice(position, 1)[0];
  append(messages, { role: 'function', name, content: resultText(result) });
}

/** A result whose call is gone from the history can only be told. */
function tellOrphan(block: Block, known: ReadonlySet<string>): Block {
  if (block.type !== 'tool_result' || known.has(block.toolUseId)) return block;
  return { type: 'text', text: `Result of a tool call: ${textOf(block.content)}` };
}

function resultText(result: ToolResultBlock | undefined): string {
  const text = result ? textOf(result.content) : '';
  if (text === '') return '[no result]';
  return result!.isError ? JSON.stringify({ error: text }) : text;
}

function append(messages: ErnieMessage[], message: ErnieMessage): void {
  const last = messages.at(-1);
  const isAssistant = message.role === 'assistant';
  if (last === undefined || (last.role === 'assistant') !== isAssistant) {
    if (last === undefined && isAssistant) messages.push({ role: 'user', content: FILLER });
    messages.push(message);
    return;
  }
  if (last.role === message.role && !last.function_call && message.role !== 'function') {
    last.content = [last.content, message.content].filter(Boolean).join('\n\n');
    if (message.function_call) last.function_call = message.function_call;
    return;
  }
  messages.push({ role: isAssistant ? 'user' : 'assistant', content: FILLER }, message);
}

function textOf(blocks: readonly Block[]): string {
  return blocks
    .map((block) => {
      switch (block.type) {
        case 'text':
        case 'refusal':
          return block.text;
        case 'document':
          if (block.source.kind === 'text') {
            return [block.title, block.context, block.source.text].filter(Boolean).join('\n\n');
          }
          break;
        case 'audio':
          if (block.transcript) return block.transcript;
          break;
        case 'thinking':
        case 'redacted_thinking':
        case 'tool_use':
        case 'tool_result':
          return '';
      }
      throw new UntranslatableError('messages', `this model takes text only, no ${block.type}`);
    })
    .filter((text) => text !== '')
    .join('\n\n');
}
