import { scanObject } from '../protocols/json-scan.js';
import type { ClientCall } from './client-call.js';
import { OUTPUT_MEMBERS, outputTokens, promptTokens } from './estimate-tokens.js';

describe('promptTokens', () => {
  it('takes a token for four bytes', () => {
    expect(promptTokens(Buffer.from('x'.repeat(400)))).toBe(100);
  });

  it('takes long prose for what it is', () => {
    const body = JSON.stringify({ text: 'Some words, and some more. '.repeat(4_000) });
    expect(promptTokens(Buffer.from(body))).toBe(Math.ceil(body.length / 4));
  });

  it.each([
    ['a data URL', (data: string) => `data:image/png;base64,${data}`],
    ['bare base64', (data: string) => data],
  ])('takes a picture in %s for one, whatever its size', (_, write) => {
    const picture = Buffer.alloc(750_000, 'picture').toString('base64');
    const body = JSON.stringify({ image: { url: write(picture) }, text: 'What is it? '.repeat(9) });
    expect(promptTokens(Buffer.from(body))).toBeLessThan(1_600);
    expect(promptTokens(Buffer.from(body))).toBeGreaterThan(1_500);
  });
});

describe('outputTokens', () => {
  const tokens = (body: object, operation = 'chat'): number => {
    const bytes = Buffer.from(JSON.stringify(body));
    const members = scanObject(bytes, new Set([...OUTPUT_MEMBERS, 'n']));
    return outputTokens({ body: bytes, members, operation } as unknown as ClientCall, 1_024);
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
  ])('reads %j as %d', (body, expected) => {
    expect(tokens(body)).toBe(expected);
  });

  it('expects no output of embeddings', () => {
    expect(tokens({ max_tokens: 5 }, 'embeddings')).toBe(0);
  });
});
