import type { ResponseOutputMessage } from 'openai/resources/responses/responses';
import type { Tool } from '../conversation.js';

/** The answer an item belongs to. */
export interface ItemContext {
  readonly id: string;
  readonly tools: readonly Tool[];
}

export type ItemStatus = ResponseOutputMessage['status'];
