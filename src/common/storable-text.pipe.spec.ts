import type { ArgumentMetadata } from '@nestjs/common';
import { InvalidRequestError, NotFoundError } from './gateway-error.js';
import { StorableTextPipe } from './storable-text.pipe.js';

const pass = (value: unknown, metadata: ArgumentMetadata = { type: 'body' }): unknown =>
  new StorableTextPipe().transform(value, metadata);

describe('StorableTextPipe', () => {
  it.each(['text', '😀', '', 5, null, undefined, { tags: ['a', 'b'], limit: null }])(
    'lets %j pass',
    (value) => {
      expect(pass(value)).toBe(value);
    },
  );

  it.each([
    [{ name: 'a\0b' }, 'name'],
    [{ name: 'a\ud800' }, 'name'],
    [{ tags: ['good', '\0'] }, 'tags.1'],
    [{ mapping: { model: 'b\0' } }, 'mapping.model'],
    [{ mapping: { 'a\0': 'b' } }, 'mapping'],
  ])('refuses %j and names the field', (value, param) => {
    expect(() => pass(value)).toThrow(expect.objectContaining({ param }) as InvalidRequestError);
    expect(() => pass(value)).toThrow(InvalidRequestError);
  });

  it('refuses it in a query', () => {
    const query = { type: 'query', data: undefined } as const;
    expect(() => pass({ action: '\0' }, query)).toThrow(InvalidRequestError);
  });

  it('finds nothing under such an address', () => {
    expect(() => pass('a\0b', { type: 'param', data: 'id' })).toThrow(NotFoundError);
  });

  it('leaves alone what no client has sent', () => {
    expect(pass({ address: '\0' }, { type: 'custom' })).toEqual({ address: '\0' });
  });
});
