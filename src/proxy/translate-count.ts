import { encodeCountTokens, readCountedTokens } from '../protocols/gemini/count-tokens.js';
import { UntranslatableError } from '../protocols/translation.js';
import type { Candidate } from '../routing/candidate.js';
import type { Carrier } from './carrier.js';
import type { ClientCall } from './client-call.js';
import { clientConversations } from './conversations.js';
import { parsedBody } from './parsed-body.js';
import { readAnswer } from './read-answer.js';

/** Has Gemini count an Anthropic request. Throws UntranslatableError for providers that do not count. */
export function translateCount(call: ClientCall, { account, model }: Candidate): Carrier {
  if (account.adapter.protocol !== 'gemini') {
    throw new UntranslatableError('model', 'the provider of this model does not count tokens');
  }
  const request = { ...parsedBody(call, clientConversations.messages!.decode), model };
  const { body, dropped } = encodeCountTokens(request);
  return {
    operation: 'count_tokens',
    body: Buffer.from(JSON.stringify(body)),
    dropped,
    contentType: 'application/json',
    stream: () => {
      throw new Error('counts are never streamed');
    },
    answer: (bytes) =>
      readAnswer(bytes, (parsed) => ({
        body: { input_tokens: readCountedTokens(parsed) },
        usage: null,
      })),
  };
}
