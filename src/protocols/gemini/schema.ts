import type { Schema } from '@google/genai';
import { UntranslatableError } from '../translation.js';
import { isObject, type JsonObject } from '../read-json.js';

const MAX_DEPTH = 64;
const KEPT = [
  'title',
  'description',
  'default',
  'format',
  'pattern',
  'minimum',
  'maximum',
  'minItems',
  'maxItems',
  'minLength',
  'maxLength',
  'minProperties',
  'maxProperties',
  'propertyOrdering',
  'nullable',
] as const;
/** Formats the old interface takes; any other is a 400. */
const FORMATS = new Set(['enum', 'date-time', 'float', 'double', 'int32', 'int64']);

interface Scope {
  readonly root: JsonObject;
  readonly depth: number;
  /** References being followed: one that comes back to itself has no form without `$ref`. */
  readonly following: readonly string[];
}

/**
 * JSON Schema as the subset of OpenAPI 3.0 that models before 2.5 understand: references inlined, `const` as an enum, unions
 * as `anyOf`, `null` as `nullable`, and what the subset cannot say left out. Throws UntranslatableError for a recursive one.
 */
export function toOpenApiSchema(schema: JsonObject): Schema {
  return convert(schema, { root: schema, depth: 0, following: [] }) as Schema;
}

function convert(schema: unknown, scope: Scope): JsonObject {
  if (!isObject(schema)) return {};
  if (scope.depth > MAX_DEPTH) throw tooDeep();
  const { $ref } = schema;
  if (typeof $ref === 'string') return convertReference($ref, schema, scope);
  const inner: Scope = { ...scope, depth: scope.depth + 1 };
  const { allOf } = schema;
  if (Array.isArray(allOf)) return convert(mergeAll(schema, allOf, scope), inner);
  const result: JsonObject = {};
  for (const name of KEPT) if (schema[name] !== undefined) result[name] = schema[name];
  if (typeof result['format'] === 'string' && !FORMATS.has(result['format'])) {
    delete result['format'];
  }
  Object.assign(result, typeOf(schema), enumOf(schema), unionOf(schema, inner));
  const { properties, items, required } = schema;
  if (isObject(properties)) result['properties'] = mapValues(properties, inner);
  if (items !== undefined || result['type'] === 'ARRAY') result['items'] = convert(items, inner);
  const names = Array.isArray(required) && isObject(properties) ? required : [];
  const known = names.filter((name) => Object.hasOwn(properties as JsonObject, String(name)));
  if (known.length > 0) result['required'] = known;
  return result;
}

function convertReference(reference: string, schema: JsonObject, scope: Scope): JsonObject {
  if (scope.following.includes(reference)) throw tooDeep();
  const target = reference
    .replace(/^#\/?/, '')
    .split('/')
    .filter(Boolean)
    .map((step) => decodeStep(step))
    .reduce<unknown>(
      (place, step) => (isObject(place) && Object.hasOwn(place, step) ? place[step] : undefined),
      scope.root,
    );
  if (!reference.startsWith('#') || !isObject(target)) {
    throw new UntranslatableError('schema', `the schema refers to ${reference}, which it lacks`);
  }
  const { $ref: _, ...beside } = schema;
  return convert(
    { ...target, ...beside },
    { ...scope, depth: scope.depth + 1, following: [...scope.following, reference] },
  );
}

/** RFC 6901 inside of a URI. */
function decodeStep(step: string): string {
  const unescaped = step.replaceAll('~1', '/').replaceAll('~0', '~');
  try {
    return decodeURIComponent(unescaped);
  } catch {
    return unescaped;
  }
}

/** Good enough for what generators write: an object and its mixins, or one reference with a description beside it. */
function mergeAll(schema: JsonObject, allOf: unknown[], scope: Scope): JsonObject {
  const { allOf: _, ...rest } = schema;
  return allOf.reduce<JsonObject>((merged, part) => {
    if (!isObject(part)) return merged;
    const resolved = typeof part['$ref'] === 'string' ? lookUp(part['$ref'], scope) : part;
    return {
      ...resolved,
      ...merged,
      ...joinObjects('properties', resolved, merged),
      ...joinLists('required', resolved, merged),
    };
  }, rest);
}

function lookUp(reference: string, { root }: Scope): JsonObject {
  const [, group, name] = /^#\/(\$defs|definitions)\/([^/]+)$/.exec(reference) ?? [];
  const definitions = group === undefined ? undefined : root[group];
  const found = isObject(definitions) ? definitions[name!] : undefined;
  return isObject(found) ? found : {};
}

function joinObjects(name: string, one: JsonObject, other: JsonObject): JsonObject {
  if (!isObject(one[name]) || !isObject(other[name])) return {};
  return { [name]: { ...one[name], ...other[name] } };
}

function joinLists(name: string, one: JsonObject, other: JsonObject): JsonObject {
  if (!Array.isArray(one[name]) || !Array.isArray(other[name])) return {};
  return { [name]: [...new Set<unknown>([...one[name], ...other[name]])] };
}

function typeOf({ type, properties, items }: JsonObject): JsonObject {
  if (typeof type === 'string') {
    return type === 'null' ? { nullable: true } : { type: type.toUpperCase() };
  }
  if (!Array.isArray(type)) {
    if (isObject(properties)) return { type: 'OBJECT' };
    return items === undefined ? {} : { type: 'ARRAY' };
  }
  const types = type.filter((one): one is string => typeof one === 'string' && one !== 'null');
  const nullable = type.includes('null') ? { nullable: true } : {};
  if (types.length === 1) return { type: types[0]!.toUpperCase(), ...nullable };
  return { anyOf: types.map((one) => ({ type: one.toUpperCase() })), ...nullable };
}

/** The subset has enums of text only. */
function enumOf({ enum: values, const: constant, type }: JsonObject): JsonObject {
  const all: unknown[] = Array.isArray(values) ? values : constant === undefined ? [] : [constant];
  const texts = all.filter((value) => value !== null);
  if (texts.length === 0 || !texts.every((value) => typeof value === 'string')) return {};
  const nullable = texts.length < all.length ? { nullable: true } : {};
  return {
    enum: texts,
    format: 'enum',
    ...nullable,
    ...(type === undefined && { type: 'STRING' }),
  };
}

function unionOf({ anyOf, oneOf }: JsonObject, scope: Scope): JsonObject {
  const members = Array.isArray(anyOf) ? anyOf : oneOf;
  if (!Array.isArray(members)) return {};
  const isNull = (member: unknown): boolean => isObject(member) && member['type'] === 'null';
  const rest = members.filter((member) => !isNull(member)).map((member) => convert(member, scope));
  const nullable = rest.length < members.length ? { nullable: true } : {};
  return rest.length === 1 ? { ...rest[0], ...nullable } : { anyOf: rest, ...nullable };
}

function mapValues(properties: JsonObject, scope: Scope): JsonObject {
  return Object.fromEntries(
    Object.entries(properties).map(([name, schema]) => [name, convert(schema, scope)]),
  );
}

function tooDeep(): UntranslatableError {
  return new UntranslatableError(
    'schema',
    'the schema refers to itself, which this model does not understand',
  );
}
