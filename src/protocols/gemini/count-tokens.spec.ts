import { conversation } from '../../../test/support/conversation-request.js';
import { loadRecordings } from '../../../test/support/recordings.js';
import type { JsonObject } from '../read-json.js';
import { MalformedAnswerError } from '../translation.js';
import { encodeCountTokens, readCountedTokens } from './count-tokens.js';

describe('countTokens', () => {
  it('asks about the whole request, by the name the provider knows', () => {
    const { body } = encodeCountTokens(conversation({ model: 'gemini-2.5-pro' }));
    expect(body).toEqual({
      generateContentRequest: {
        model: 'models/gemini-2.5-pro',
        contents: [{ role: 'user', parts: [{ text: 'hello' }] }],
      },
    });
  });

  it('reads the total, and refuses an answer without', () => {
    expect(readCountedTokens({ totalTokens: 4, promptTokensDetails: [] })).toBe(4);
    expect(readCountedTokens({ totalTokens: 0 })).toBe(0);
    expect(() => readCountedTokens({ totalTokens: '4' })).toThrow(MalformedAnswerError);
  });

  it('reads every recorded count', () => {
    for (const { response } of loadRecordings(['gemini.count_tokens']).recordings) {
      const body = JSON.parse(response.bytes.toString()) as JsonObject;
      expect(readCountedTokens(body)).toBe(body['totalTokens']);
    }
  });
});
