import { isObject, type JsonObject } from './shape-reader.js';

/** What Anthropic's constrained decoder knows of a text's format. */
const FORMATS = new Set([
  'date-time',
  'time',
  'date',
  'duration',
  'email',
  'hostname',
  'uri',
  'ipv4',
  'ipv6',
  'uuid',
]);

/** These name or explain the schema and constrain nothing. */
const ANNOTATIONS = new Set(['title', 'description']);
const IGNORED = new Set(['$schema', '$id', '$comment']);

/**
 * A JSON Schema as Anthropic's constrained decoder accepts it: what it cannot enforce (bounds, patterns, open objects) is
 * told to the model in the description instead. `oneOf` becomes `anyOf`, a list of types one alternative each.
 * https://platform.claude.com/docs/en/build-with-claude/structured-outputs#json-schema-limitations
 */
export function sanitizeSchema(schema: JsonObject): JsonObject {
  const { kept, told } = split(schema);
  if (Object.keys(told).length === 0) return kept;
  const words = Object.entries(told).map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
  const before = typeof kept['description'] === 'string' ? `${kept['description']}\n\n` : '';
  return { ...kept, description: `${before}{${words.join(', ')}}` };
}

interface Split {
  readonly kept: JsonObject;
  readonly told: JsonObject;
}

function split(schema: JsonObject): Split {
  const kept: JsonObject = {};
  const told: JsonObject = {};
  const type = typeOf(schema);
  if (Array.isArray(type)) return perType(schema, type);
  for (const [name, value] of Object.entries(schema)) {
    if (IGNORED.has(name) || name === 'type') continue;
    if (ANNOTATIONS.has(name) || name === '$ref' || name === 'const') kept[name] = value;
    else if (name === 'enum') (isPlainEnum(value) ? kept : told)[name] = value;
    else if (name === '$defs' || name === 'definitions') kept[name] = eachMember(value);
    else if (name === 'anyOf' || name === 'oneOf') kept['anyOf'] = eachItem(value);
    else if (name === 'allOf') kept[name] = eachItem(value);
    else if (type === 'object' && name === 'properties') kept[name] = eachMember(value);
    else if (type === 'object' && name === 'required') kept[name] = value;
    else if (type === 'array' && name === 'items') kept[name] = subSchema(value);
    else if (name === 'minItems' && (value === 0 || value === 1)) kept[name] = value;
    else if (name === 'format' && FORMATS.has(String(value))) kept[name] = value;
    else if (name !== 'additionalProperties' || value !== false) told[name] = value;
  }
  if (type !== null && !('$ref' in kept)) kept['type'] = type;
  if (type === 'object') {
    kept['properties'] ??= {};
    kept['additionalProperties'] = false;
  }
  return { kept, told };
}

function typeOf(schema: JsonObject): string | string[] | null {
  const { type } = schema;
  if (typeof type === 'string') return type;
  if (Array.isArray(type)) return type.filter((item) => typeof item === 'string');
  if (isObject(schema['properties'])) return 'object';
  return 'items' in schema ? 'array' : null;
}

/** `["string", "null"]` and the like. */
function perType(schema: JsonObject, types: readonly string[]): Split {
  const { title, description, $defs, definitions, ...rest } = schema;
  const [only] = types;
  if (types.length === 1 && only !== undefined) return split({ ...schema, type: only });
  if ('enum' in rest || 'const' in rest) return split(without(schema, 'type'));
  const kept: JsonObject = {
    anyOf: types.map((type) => subSchema({ ...relevant(rest, type), type })),
  };
  for (const [name, value] of Object.entries({ title, description })) {
    if (value !== undefined) kept[name] = value;
  }
  for (const [name, value] of Object.entries({ $defs, definitions })) {
    if (value !== undefined) kept[name] = eachMember(value);
  }
  return { kept, told: {} };
}

/** `null` has nothing to constrain. */
function relevant(schema: JsonObject, type: string): JsonObject {
  return type === 'null' ? {} : schema;
}

function without(schema: JsonObject, name: string): JsonObject {
  return Object.fromEntries(Object.entries(schema).filter(([key]) => key !== name));
}

function isPlainEnum(value: unknown): boolean {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((item) => item === null || typeof item !== 'object')
  );
}

function eachMember(value: unknown): JsonObject {
  const members = Object.entries(isObject(value) ? value : {});
  return Object.fromEntries(members.map(([name, schema]) => [name, subSchema(schema)]));
}

function eachItem(value: unknown): unknown[] {
  return Array.isArray(value) ? value.map(subSchema) : [];
}

/** `true` and `{}` allow anything, which the decoder cannot: left to the model. */
function subSchema(value: unknown): JsonObject {
  return isObject(value) ? sanitizeSchema(value) : {};
}
