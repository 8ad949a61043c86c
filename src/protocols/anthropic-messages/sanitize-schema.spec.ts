import { sanitizeSchema } from './sanitize-schema.js';

describe('sanitizeSchema', () => {
  it('tells the model what the decoder cannot enforce', () => {
    const age = { type: 'integer', minimum: 0, maximum: 150, description: 'In years' };
    expect(sanitizeSchema(age)).toEqual({
      type: 'integer',
      description: 'In years\n\n{minimum: 0, maximum: 150}',
    });
  });

  it('keeps optional members optional and closes the object', () => {
    const schema = {
      type: 'object',
      properties: { a: { type: 'string', pattern: '^x' }, b: { type: 'number' } },
      required: ['a'],
    };
    expect(sanitizeSchema(schema)).toEqual({
      type: 'object',
      properties: { a: { type: 'string', description: '{pattern: "^x"}' }, b: { type: 'number' } },
      required: ['a'],
      additionalProperties: false,
    });
  });

  it('makes alternatives of oneOf and of a list of types', () => {
    const oneOf = [{ type: 'string' }, { type: 'integer' }];
    expect(sanitizeSchema({ oneOf })).toEqual({ anyOf: oneOf });
    expect(sanitizeSchema({ type: ['string', 'null'], maxLength: 3, title: 'T' })).toEqual({
      title: 'T',
      anyOf: [{ type: 'string', description: '{maxLength: 3}' }, { type: 'null' }],
    });
  });

  it('goes down into items, definitions and references', () => {
    const schema = {
      type: 'array',
      items: { $ref: '#/$defs/n' },
      minItems: 1,
      $defs: { n: { type: 'number', multipleOf: 5 } },
    };
    expect(sanitizeSchema(schema)).toEqual({
      ...schema,
      $defs: { n: { type: 'number', description: '{multipleOf: 5}' } },
    });
  });

  it('keeps the formats the decoder knows', () => {
    expect(sanitizeSchema({ type: 'string', format: 'uuid' })).toEqual({
      type: 'string',
      format: 'uuid',
    });
    expect(sanitizeSchema({ type: 'string', format: 'phone' })).toEqual({
      type: 'string',
      description: '{format: "phone"}',
    });
  });

  it('says of an open object what its members may be', () => {
    const schema = { type: 'object', additionalProperties: { type: 'number' } };
    expect(sanitizeSchema(schema)).toEqual({
      type: 'object',
      properties: {},
      additionalProperties: false,
      description: '{additionalProperties: {"type":"number"}}',
    });
  });
});
