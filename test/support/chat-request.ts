import type { Block, ConversationRequest, Tool, Turn } from '../../src/protocols/conversation.js';
import { encodeOpenAiChatRequest } from '../../src/protocols/openai-chat/encode-request.js';
import { peerProfile } from '../../src/protocols/openai-chat/peer-profile.js';
import { conversation } from './conversation-request.js';

export const REQUEST = conversation({ model: 'gpt-4o', turns: [] });

export const text = (words: string): Block => ({ type: 'text', text: words });
export const use = (id: string, more: object = {}): Block => ({
  type: 'tool_use',
  id,
  name: 'f',
  arguments: '{}',
  kind: 'function',
  ...more,
});
export const result = (
  toolUseId: string,
  content: Extract<Block, { type: 'tool_result' }>['content'],
  isError = false,
): Block => ({ type: 'tool_result', toolUseId, content, isError });
export const image: Block = {
  type: 'image',
  source: { kind: 'base64', mediaType: 'image/png', data: 'AAAA' },
};
export const tool = (name: string): Tool => ({
  kind: 'function',
  name,
  description: null,
  parameters: null,
  strict: null,
});

export function bodyOf(more: Partial<ConversationRequest>, provider = 'openai') {
  return encodeOpenAiChatRequest({ ...REQUEST, ...more }, peerProfile(provider)).body;
}

export function messagesOf(turns: readonly Turn[], provider = 'openai') {
  return bodyOf({ turns }, provider)['messages'] as Record<
    'role' | 'content' | 'tool_calls' | 'tool_call_id' | 'reasoning_content',
    unknown
  >[];
}
