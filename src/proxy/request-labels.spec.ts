import { scanObject } from '../protocols/json-scan.js';
import { sessionOf, tagsOf } from './request-labels.js';

const MEMBERS = new Set(['prompt_cache_key', 'user', 'metadata']);

describe('tagsOf', () => {
  it('puts those of the request behind those of the key, each once', () => {
    expect(tagsOf({ 'x-gateway-tags': ' b, a ,,c' }, ['a'])).toEqual(['a', 'b', 'c']);
  });

  it('bounds how many there are and how long they get', () => {
    const header = Array.from({ length: 50 }, (_, index) => `${index}-${'x'.repeat(500)}`).join(
      ',',
    );
    const tags = tagsOf({ 'x-gateway-tags': header }, []);
    expect(tags).toHaveLength(16);
    expect(tags.every((tag) => tag.length === 128)).toBe(true);
  });
});

describe('sessionOf', () => {
  it.each<[string, Record<string, string>, object, string | null]>([
    [
      'our own header first',
      { 'x-gateway-session': 'a', 'x-claude-code-session-id': 'b' },
      {},
      'a',
    ],
    ["then Claude Code's", { 'x-claude-code-session-id': 'b' }, { user: 'd' }, 'b'],
    ['then prompt_cache_key', {}, { prompt_cache_key: 'c', user: 'd' }, 'c'],
    ['then user', {}, { user: 'd', metadata: { user_id: 'e' } }, 'd'],
    ['then metadata.user_id', {}, { metadata: { user_id: 'e' } }, 'e'],
    ['nothing', {}, {}, null],
    ['no texts', {}, { user: 5, prompt_cache_key: null, metadata: 'x' }, null],
    ['empty texts', { 'x-gateway-session': '' }, { user: '' }, null],
  ])('takes %s', (_, headers, fields, session) => {
    const body = Buffer.from(JSON.stringify(fields));
    expect(sessionOf(headers, body, scanObject(body, MEMBERS))).toBe(session);
  });

  it('bounds its length', () => {
    expect(
      sessionOf({ 'x-gateway-session': 'x'.repeat(500) }, Buffer.from('{}'), new Map()),
    ).toHaveLength(128);
  });
});
