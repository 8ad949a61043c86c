import type { Block } from './conversation.js';

/**
 * Claude Code's first system block, which changes with every request: it would make a prefix that no cache knows, and it tells
 * nobody but Anthropic anything.
 */
export function isBillingHeader(block: Block): boolean {
  return block.type === 'text' && block.text.startsWith('x-anthropic-billing-header:');
}
