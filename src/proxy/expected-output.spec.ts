import { scanObject } from '../protocols/json-scan.js';
import type { ClientCall } from './client-call.js';
import { OUTPUT_MEMBERS, expectedOutputTokens } from './expected-output.js';

describe('expectedOutputTokens', () => {
  const tokens = (body: object, operation = 'chat'): number => {
    const bytes = Buffer.from(JSON.stringify(body));
    const members = scanObject(bytes, new Set([...OUTPUT_MEMBERS, 'n']));
    return expectedOutputTokens(
      { body: bytes, members, operation } as unknown as ClientCall,
      1_024,
    );
  };

  it.each([
    [{}, 1_024],
    [{ max_tokens: 50 }, 50],
    [{ max_completion_tokens: 60 }, 60],
    [{ max_output_tokens: 70 }, 70],
    [{ max_tokens: 50, n: 3 }, 150],
    [{ max_tokens: null }, 1_024],
    [{ max_tokens: 'many' }, 1_024],
    [{ max_tokens: -5 }, 1_024],
    [{ max_tokens: 1e300, n: {} }, 1_024],
    [{ max_tokens: 2e9, n: 2e9 }, 1e9],
  ])('reads %j as %d', (body, expected) => {
    expect(tokens(body)).toBe(expected);
  });

  it('expects no output of embeddings', () => {
    expect(tokens({ max_tokens: 5 }, 'embeddings')).toBe(0);
  });
});
