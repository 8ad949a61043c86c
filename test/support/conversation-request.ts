import type { Block, ConversationRequest, Role, Turn } from '../../src/protocols/conversation.js';

const EMPTY: ConversationRequest = {
  model: 'gemini-3-flash-preview',
  stream: false,
  turns: [],
  tools: [],
  toolChoice: null,
  parallelToolCalls: null,
  maxOutputTokens: null,
  sampling: {
    temperature: null,
    topP: null,
    topK: null,
    frequencyPenalty: null,
    presencePenalty: null,
    seed: null,
    stop: [],
  },
  reasoning: null,
  outputFormat: null,
  candidates: null,
  logprobs: null,
  endUser: null,
  cacheKey: null,
  serviceTier: null,
  extras: [],
};

/** A request of which only the given members are set; without turns it asks one thing. */
export function conversation(members: Partial<ConversationRequest> = {}): ConversationRequest {
  return { ...EMPTY, turns: [turn('user', 'hello')], ...members };
}

export function turn(role: Role, ...blocks: (string | Block)[]): Turn {
  return { role, blocks: blocks.map((block) => (typeof block === 'string' ? text(block) : block)) };
}

export function text(words: string): Block {
  return { type: 'text', text: words };
}

export function toolUse(id: string, name: string, args = '{}', signature?: string): Block {
  const signed = signature && { signature: { provider: 'gemini', value: signature } };
  return { type: 'tool_use', id, name, arguments: args, kind: 'function', ...signed };
}

export function toolResult(toolUseId: string, words: string, isError = false): Block {
  return { type: 'tool_result', toolUseId, content: [{ type: 'text', text: words }], isError };
}
