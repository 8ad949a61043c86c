import { isBillingHeader } from '../billing-header.js';
import type { Block, CacheBreakpoint, ToolResultBlock, Turn } from '../conversation.js';
import { UntranslatableError } from '../translation.js';
import { encodeAssistant, encodeToolId } from './encode-assistant.js';
import { cacheMark, encodeContent, encodePart, type Part } from './encode-parts.js';
import type { PeerProfile } from './peer-profile.js';
import type { ToolNames } from './tool-names.js';

/** `messages`. Throws UntranslatableError for what this provider cannot be told. */
export function encodeMessages(
  turns: readonly Turn[],
  profile: PeerProfile,
  toolNames: ToolNames,
): Part[] {
  return runsOf(turns).flatMap((run) => {
    const [{ role }] = run;
    if (role === 'system') return encodeSystem(run, profile);
    if (role === 'user') return encodeUsers(run, profile);
    return [encodeAssistant(joinedBlocks(run), profile, toolNames)];
  });
}

type Run = [Turn, ...Turn[]];

/** Turns of one role that follow each other. */
function runsOf(turns: readonly Turn[]): Run[] {
  const runs: Run[] = [];
  for (const turn of turns) {
    const run = runs.at(-1);
    if (run?.[0].role === turn.role) run.push(turn);
    else runs.push([turn]);
  }
  return runs;
}

function encodeSystem(run: Run, profile: PeerProfile): Part[] {
  const blocks = run.flatMap((turn) => turn.blocks).filter((block) => !isBillingHeader(block));
  if (blocks.length === 0) return [];
  return [{ role: profile.systemRole, content: encodeContent(blocks, profile, '\n\n') }];
}

/** Results have to follow their calls at once, whatever else the user says between them. */
function encodeUsers(run: Run, profile: PeerProfile): Part[] {
  const results = run.flatMap(({ blocks }) =>
    blocks.filter((block) => block.type === 'tool_result'),
  );
  const shown = results.flatMap((result) => shownIn(result));
  const messages = run
    .map(({ blocks }) => blocks.filter((block) => block.type !== 'tool_result'))
    .filter((blocks) => blocks.length > 0);
  return [
    ...results.map((result) => encodeResult(result, profile)),
    ...(shown.length > 0 ? [userMessage(shown, profile)] : []),
    ...messages.map((blocks) => userMessage(blocks, profile)),
  ];
}

function userMessage(blocks: readonly Block[], profile: PeerProfile): Part {
  return { role: 'user', content: encodeContent(blocks, profile, '') };
}

/** Messages of tools carry text only; what else a tool shows stands in the user's message behind them. */
function encodeResult(result: ToolResultBlock, profile: PeerProfile): Part {
  const texts = result.content.map((block) => {
    switch (block.type) {
      case 'text':
        return block.text;
      case 'opaque':
        throw new UntranslatableError(
          block.name,
          `"${block.name}" in a tool's result is not known to this model`,
        );
      case 'document':
        if (block.source.kind === 'text') return String(encodePart(block, profile)['text']);
        return '[document: see the next user message]';
      case 'image':
        return '[image: see the next user message]';
    }
  });
  const text = result.isError ? `Error: ${texts.join('\n')}` : texts.join('\n');
  const mark = cacheMark(cacheOf(result), profile);
  return {
    role: 'tool',
    tool_call_id: encodeToolId(result.toolUseId, profile),
    content: Object.keys(mark).length > 0 ? [{ type: 'text', text, ...mark }] : text,
  };
}

/** A mark inside of a result ends the same prefix, or nearly so. */
function cacheOf({ cache, content }: ToolResultBlock): CacheBreakpoint | undefined {
  if (cache) return cache;
  const marked = content.findLast((block) => 'cache' in block);
  return marked && 'cache' in marked ? marked.cache : undefined;
}

function shownIn({ toolUseId, content }: ToolResultBlock): Block[] {
  const shown = content.filter(
    (block) =>
      block.type === 'image' || (block.type === 'document' && block.source.kind !== 'text'),
  );
  return shown.length === 0
    ? []
    : [{ type: 'text', text: `Shown by the tool call ${toolUseId}:` }, ...shown];
}

/** Text of one turn does not run into the next one's. */
function joinedBlocks(run: Run): Block[] {
  const blocks: Block[] = [];
  for (const turn of run) {
    const speaks = (block: Block) => block.type === 'text' && block.text !== '';
    if (blocks.some(speaks) && turn.blocks.some(speaks))
      blocks.push({ type: 'text', text: '\n\n' });
    blocks.push(...turn.blocks);
  }
  return blocks;
}
