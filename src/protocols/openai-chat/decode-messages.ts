import type { Block, ToolResultBlock, Turn } from '../conversation.js';
import { foldEvents } from '../fold-events.js';
import { InvalidConversationError } from '../translation.js';
import { CandidateReader } from './candidate-reader.js';
import { cacheOf, decodeContent } from './decode-parts.js';
import { objectsIn, type Json } from './json-values.js';
import { OWNERS_IN_REQUESTS } from './read-thinking.js';
import {
  readList,
  readObject,
  readString,
  requireObject,
  requireString,
} from './request-fields.js';
import { ToolNames } from './tool-names.js';

/** The turns of `messages`. Results of tools that follow each other are one turn. Throws InvalidConversationError. */
export function decodeMessages(body: Json): Turn[] {
  const messages = readList(body, 'messages');
  if (messages === null) throw new InvalidConversationError('messages', 'messages is missing');
  const turns: { role: Turn['role']; blocks: Block[] }[] = [];
  let wasTool = false;
  for (const [index, value] of messages.entries()) {
    const path = `messages[${index}]`;
    const message = requireObject(value, path);
    const role = requireString(message, 'role', `${path}.role`);
    const isTool = role === 'tool' || role === 'function';
    const turn = decodeMessage(message, role, path, turns);
    const last = turns.at(-1);
    if (isTool && wasTool && last) last.blocks.push(...turn.blocks);
    else turns.push(turn);
    wasTool = isTool;
  }
  return turns;
}

type MutableTurn = { role: Turn['role']; blocks: Block[] };

function decodeMessage(
  message: Json,
  role: string,
  path: string,
  before: readonly MutableTurn[],
): MutableTurn {
  switch (role) {
    case 'system':
    case 'developer':
      return { role: 'system', blocks: marked(contentOf(message, path), message) };
    case 'user':
      return { role: 'user', blocks: marked(contentOf(message, path), message) };
    case 'assistant':
      return { role: 'assistant', blocks: decodeAssistant(message, path) };
    case 'tool': {
      const id = requireString(message, 'tool_call_id', `${path}.tool_call_id`);
      return { role: 'user', blocks: [decodeResult(message, id, path)] };
    }
    case 'function': {
      const name = requireString(message, 'name', `${path}.name`);
      return { role: 'user', blocks: [decodeResult(message, lastCallOf(name, before), path)] };
    }
    default:
      throw new InvalidConversationError(`${path}.role`, `${path}.role "${role}" is unknown`);
  }
}

function contentOf(message: Json, path: string): Block[] {
  return decodeContent(message['content'], `${path}.content`);
}

/** A mark on the message is a mark behind its last part. */
function marked(blocks: Block[], message: Json): Block[] {
  const { cache } = cacheOf(message);
  const last = blocks.at(-1);
  if (cache === undefined || (last?.type !== 'text' && last?.type !== 'image')) return blocks;
  return [...blocks.slice(0, -1), { ...last, cache }];
}

function decodeResult(message: Json, toolUseId: string, path: string): ToolResultBlock {
  const content = contentOf({ ...message, content: message['content'] ?? '' }, path);
  return {
    type: 'tool_result',
    toolUseId,
    content: content.filter(
      (block) =>
        block.type === 'text' ||
        block.type === 'image' ||
        block.type === 'document' ||
        block.type === 'opaque',
    ),
    isError: false,
    ...cacheOf(message),
  };
}

/** Thoughts are read as in answers: clients send them back in the fields they came in. */
function decodeAssistant(message: Json, path: string): Block[] {
  checkAssistant(message, path);
  const { content, ...rest } = message;
  const parts = Array.isArray(content) ? content.filter((part) => !isThought(part)) : content;
  const spoken =
    content === null || content === undefined ? [] : decodeContent(parts, `${path}.content`);
  const others = readAsAnswer(
    { ...rest, content: Array.isArray(content) ? content.filter(isThought) : '' },
    path,
  );
  const audio = readObject(message, 'audio', `${path}.audio`);
  const heard: Block[] = audio
    ? [{ type: 'audio', source: { kind: 'file', provider: 'openai', id: String(audio['id']) } }]
    : [];
  const isThinking = ({ type }: Block) => type === 'thinking' || type === 'redacted_thinking';
  const said = spoken.filter((block) => block.type !== 'text' || block.text !== '');
  return [
    ...others.filter(isThinking),
    ...marked(said, message),
    ...heard,
    ...others.filter((block) => !isThinking(block)),
  ];
}

function isThought(part: unknown): boolean {
  return (part as Json | null)?.['type'] === 'thinking';
}

function checkAssistant(message: Json, path: string): void {
  for (const [index, value] of (
    readList(message, 'tool_calls', `${path}.tool_calls`) ?? []
  ).entries()) {
    const at = `${path}.tool_calls[${index}]`;
    const call = requireObject(value, at);
    requireString(call, 'id', `${at}.id`);
    if (call['type'] === 'custom') {
      const custom = requireObject(call['custom'], `${at}.custom`);
      requireString(custom, 'name', `${at}.custom.name`);
      requireString(custom, 'input', `${at}.custom.input`);
    } else {
      checkFunction(requireObject(call['function'], `${at}.function`), `${at}.function`);
    }
  }
  const legacy = readObject(message, 'function_call', `${path}.function_call`);
  if (legacy !== null) checkFunction(legacy, `${path}.function_call`);
  readString(message, 'refusal', `${path}.refusal`);
}

function checkFunction(call: Json, path: string): void {
  if (requireString(call, 'name', `${path}.name`) === '') {
    throw new InvalidConversationError(`${path}.name`, `${path}.name is empty`);
  }
  readString(call, 'arguments', `${path}.arguments`);
}

/** @param path makes the ids of older `function_call`s, which have none */
function readAsAnswer(message: Json, path: string): readonly Block[] {
  const calls = objectsIn(message['tool_calls']).map((call, index) => ({ ...call, index }));
  const reader = new CandidateReader(0, {
    owners: OWNERS_IN_REQUESTS,
    toolNames: new ToolNames(),
    idSeed: path,
  });
  const events = [
    ...reader.read({ ...message, audio: null, tool_calls: calls }),
    ...reader.close(),
  ];
  const [candidate] = foldEvents([
    ...events,
    { type: 'finish', candidate: 0, reason: 'stop', stopSequence: null },
  ]).candidates;
  return candidate?.blocks ?? [];
}

/** Older results name their function only; the last call of it is the one that is meant. */
function lastCallOf(name: string, before: readonly MutableTurn[]): string {
  for (const { blocks } of before.toReversed()) {
    const call = blocks.findLast((block) => block.type === 'tool_use' && block.name === name);
    if (call?.type === 'tool_use') return call.id;
  }
  return `call_${name}`;
}
