import type { Block, ConversationRequest, Tool } from '../protocols/conversation.js';

/** What a request puts into the model's context, as text to be counted. */
export interface ConversationTexts {
  readonly texts: readonly string[];
  /** Tokens of what is no text: images by the size providers reckon with, and the wrapping of each turn. */
  readonly otherTokens: number;
}

/** A turn's role and separators; about the same in every published chat template. */
const TOKENS_PER_TURN = 4;
/** An image of usual size at usual detail; the true number depends on pixels nobody has decoded. */
const TOKENS_PER_IMAGE = 1_100;
/** A page of a PDF, as Anthropic reckons it. */
const TOKENS_PER_PAGE = 2_000;
const BASE64_BYTES_PER_PAGE = 100_000;

export function conversationTexts({ turns, tools }: ConversationRequest): ConversationTexts {
  const texts: string[] = [];
  let otherTokens = turns.length * TOKENS_PER_TURN;
  for (const { blocks } of turns) for (const block of blocks) otherTokens += collect(block, texts);
  for (const tool of tools) texts.push(describe(tool));
  return { texts, otherTokens };
}

/** Puts the block's text aside and returns the tokens of the rest of it. */
function collect(block: Block, texts: string[]): number {
  switch (block.type) {
    case 'text':
    case 'thinking':
    case 'refusal':
      texts.push(block.text);
      return 0;
    case 'tool_use':
      texts.push(block.name, block.arguments);
      return 0;
    case 'tool_result':
      return block.content.reduce((sum, part) => sum + collect(part, texts), 0);
    case 'image':
      return TOKENS_PER_IMAGE;
    case 'document':
      if (block.source.kind === 'text') texts.push(block.source.text);
      if (block.source.kind !== 'base64') return 0;
      return Math.ceil(block.source.data.length / BASE64_BYTES_PER_PAGE) * TOKENS_PER_PAGE;
    case 'opaque':
      texts.push(JSON.stringify(block.value));
      return 0;
    default:
      return 0;
  }
}

function describe(tool: Tool): string {
  if (tool.kind === 'opaque') return JSON.stringify(tool.value);
  const parameters = tool.kind === 'function' ? tool.parameters : tool.format;
  return `${tool.name} ${tool.description ?? ''} ${JSON.stringify(parameters ?? {})}`;
}
