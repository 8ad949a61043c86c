import { UntranslatableError } from '../translation.js';
import { toOpenApiSchema } from './schema.js';

describe('toOpenApiSchema', () => {
  it('inlines references and leaves out what the subset lacks', () => {
    const schema = {
      type: 'object',
      additionalProperties: false,
      $defs: { color: { type: 'string', enum: ['red', 'blue'], examples: ['red'] } },
      properties: {
        color: { $ref: '#/$defs/color', description: 'of the car' },
        at: { type: 'string', format: 'uri' },
      },
      required: ['color', 'missing'],
    };
    expect(toOpenApiSchema(schema)).toEqual({
      type: 'OBJECT',
      properties: {
        color: { type: 'STRING', enum: ['red', 'blue'], format: 'enum', description: 'of the car' },
        at: { type: 'STRING' },
      },
      required: ['color'],
    });
  });

  it.each([
    [{ const: 'a' }, { type: 'STRING', enum: ['a'], format: 'enum' }],
    [{ type: ['string', 'null'] }, { type: 'STRING', nullable: true }],
    [{ anyOf: [{ type: 'integer' }, { type: 'null' }] }, { type: 'INTEGER', nullable: true }],
    [
      { oneOf: [{ type: 'string' }, { type: 'number' }] },
      { anyOf: [{ type: 'STRING' }, { type: 'NUMBER' }] },
    ],
    [{ type: 'array' }, { type: 'ARRAY', items: {} }],
    [
      {
        allOf: [
          { type: 'object', properties: { a: { type: 'string' } }, required: ['a'] },
          { properties: { b: { type: 'number' } }, required: ['b'] },
        ],
      },
      {
        type: 'OBJECT',
        properties: { a: { type: 'STRING' }, b: { type: 'NUMBER' } },
        required: ['b', 'a'],
      },
    ],
    [
      { type: 'object', properties: { a: true } },
      { type: 'OBJECT', properties: { a: {} } },
    ],
  ])('writes %j as %j', (schema, expected) => {
    expect(toOpenApiSchema(schema)).toEqual(expected);
  });

  it('refuses a schema that refers to itself or to nothing', () => {
    const tree = {
      $defs: { node: { properties: { next: { $ref: '#/$defs/node' } } } },
      $ref: '#/$defs/node',
    };
    expect(() => toOpenApiSchema(tree)).toThrow(UntranslatableError);
    expect(() => toOpenApiSchema({ $ref: '#/$defs/none' })).toThrow(UntranslatableError);
  });
});
