import { readFileSync } from 'node:fs';
import { isMap, isScalar, LineCounter, parseDocument, visit, type Document } from 'yaml';
import { z } from 'zod';
import { MAX_INTEGER } from '../common/max-integer.js';
import { isStorable, NOT_STORABLE } from '../common/storable-text.js';
import { ConfigError } from './config-error.js';
import { routingSchema } from './routing-schema.js';

const money = z
  .union([z.string(), z.number()])
  .transform(String)
  .pipe(
    z.string().regex(/^\d+(\.\d{1,9})?$/, 'expected a decimal number of USD per million tokens'),
  );

const providerSchema = z.strictObject({
  name: z.string().min(1).max(64),
  type: z.string().min(1),
  api_base: z.url().optional(),
  api_key: z.string().min(1),
  enabled: z.boolean().default(true),
  weight: z.number().int().min(1).max(1000).default(1),
  priority: z.number().int().min(0).max(1000).default(0),
  models: z.array(z.string().min(1)).default([]),
  model_mapping: z.record(z.string(), z.string().min(1)).default({}),
  max_concurrency: z.number().int().positive().optional(),
  requests_per_minute: z.number().int().positive().optional(),
  tokens_per_minute: z.number().int().positive().optional(),
  verify_ssl: z.boolean().optional(),
});

const masterKeySchema = z.strictObject({
  name: z.string().min(1).max(64),
  key: z.string().min(16, 'expected at least 16 characters'),
  enabled: z.boolean().default(true),
  allowed_models: z.array(z.string().min(1)).default(['*']),
  rate_limit: z
    .strictObject({
      requests_per_second: z.number().int().min(0).max(MAX_INTEGER),
      burst_size: z.number().int().min(0).max(MAX_INTEGER),
    })
    .optional(),
});

const priceSchema = z.strictObject({
  input: money,
  output: money,
  cache_read: money.optional(),
  cache_write: money.optional(),
  cache_write_1h: money.optional(),
  input_audio: money.optional(),
  output_audio: money.optional(),
  web_search: money.optional(),
});

const fileSchema = z.strictObject({
  server: z
    .strictObject({
      host: z.string().min(1).optional(),
      port: z.coerce.number().int().min(0).max(65535).optional(),
    })
    .default({}),
  verify_ssl: z.boolean().optional(),
  providers: z.array(providerSchema).default([]),
  master_keys: z.array(masterKeySchema).default([]),
  routing: routingSchema.optional(),
  prices: z.record(z.string(), priceSchema).default({}),
});

export type ConfigurationFile = z.infer<typeof fileSchema>;

/**
 * Reads and validates a configuration file. Throws ConfigError with the line and the reason; nothing is half accepted.
 * @param variables what `${NAME}` and `${NAME:-default}` may name
 */
export function readConfigurationFile(
  path: string,
  variables: Readonly<Record<string, string | undefined>>,
): ConfigurationFile {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new ConfigError(`${path}: cannot be read (${(cause as { code?: string }).code})`, {
      cause,
    });
  }
  return parseConfigurationFile(text, path, variables);
}

export function parseConfigurationFile(
  text: string,
  path: string,
  variables: Readonly<Record<string, string | undefined>>,
): ConfigurationFile {
  const lines = new LineCounter();
  const { masked, unmask } = mask(text);
  const document = parseDocument(masked, { lineCounter: lines, prettyErrors: false });
  const syntaxError = document.errors[0];
  if (syntaxError) {
    const { line } = lines.linePos(syntaxError.pos[0]);
    throw new ConfigError(`${path}:${line}: ${unmask(syntaxError.message)}`);
  }
  fillIn(document, unmask, (name, offset, fallback) => {
    const value = variables[name];
    if (fallback !== undefined) return value || fallback;
    if (value !== undefined) return value;
    const { line } = lines.linePos(offset);
    throw new ConfigError(`${path}:${line}: \${${name}} is not set and has no default`);
  });
  refuseUnstorable(document, (offset) => `${path}:${lines.linePos(offset).line}`);
  const result = fileSchema.safeParse(document.toJS() ?? {});
  if (result.success) {
    places.set(result.data, (at) => `${path}:${lineOf(document, at, lines)}`);
    return result.data;
  }
  const problems = result.error.issues.flatMap((issue) => {
    const unknown = issue.code === 'unrecognized_keys' ? issue.keys : [undefined];
    return unknown.map((key) => {
      const at = key === undefined ? issue.path : [...issue.path, key];
      const reason = key === undefined ? issue.message : 'unknown key';
      return `${path}:${lineOf(document, at, lines)}: ${at.join('.')}: ${reason}`;
    });
  });
  throw new ConfigError(problems.join('\n'));
}

const places = new WeakMap<ConfigurationFile, (at: readonly PropertyKey[]) => string>();

/** `config.yaml:12`: where in a file that was read something is said, for a fault that only shows when it is applied. */
export function placeIn(file: ConfigurationFile, at: readonly PropertyKey[]): string {
  return places.get(file)!(at);
}

const VARIABLE = /\$\{([A-Za-z_]\w*)(?::-([^}\n]*))?\}/g;

/**
 * YAML has a meaning of its own for the braces: `{ port: ${PORT:-8080} }` would not parse. So each variable hides behind
 * two characters that no text uses, and its number.
 */
function mask(text: string): { masked: string; unmask: (text: string) => string } {
  const hidden: string[] = [];
  const masked = text.replaceAll(
    VARIABLE,
    (variable) => `\uE000${hidden.push(variable) - 1}\uE001`,
  );
  const unmask = (part: string) =>
    part.replaceAll(/\uE000(\d+)\uE001/g, (whole, index: string) => hidden[Number(index)] ?? whole);
  return { masked, unmask };
}

/** Replaces `${NAME}` in values only: a comment may mention one freely, and a value can never add YAML structure. */
function fillIn(
  document: Document,
  unmask: (text: string) => string,
  lookUp: (name: string, offset: number, fallback: string | undefined) => string,
): void {
  visit(document, {
    Scalar(key, node) {
      if (typeof node.value !== 'string') return;
      const written = unmask(node.value);
      if (written === node.value) return;
      if (key === 'key') {
        node.value = written;
        return;
      }
      const offset = node.range?.[0] ?? 0;
      const filled = written.replaceAll(VARIABLE, (_, name: string, fallback?: string) =>
        lookUp(name, offset, fallback),
      );
      // An unquoted `port: ${PORT:-8080}` means the number, as if it had been written there.
      node.value = node.type === 'PLAIN' ? asPlainScalar(filled) : filled;
    },
  });
}

/** Before anything is applied: PostgreSQL's refusal would look like a database that is away. */
function refuseUnstorable(document: Document, placeOf: (offset: number) => string): void {
  visit(document, {
    Scalar(_, { value, range }) {
      if (typeof value !== 'string' || isStorable(value)) return;
      throw new ConfigError(`${placeOf(range?.[0] ?? 0)}: ${NOT_STORABLE}`);
    },
  });
}

function asPlainScalar(text: string): unknown {
  if (text === 'true' || text === 'false') return text === 'true';
  return /^-?\d{1,15}$/.test(text) ? Number(text) : text;
}

function lineOf(document: Document, path: readonly PropertyKey[], lines: LineCounter): number {
  for (let depth = path.length; depth > 0; depth--) {
    const parent = document.getIn(path.slice(0, depth - 1) as unknown[], true) ?? document.contents;
    const last = path[depth - 1];
    if (isMap(parent)) {
      const pair = parent.items.find(({ key }) => isScalar(key) && key.value === last);
      if (isScalar(pair?.key) && pair.key.range) return lines.linePos(pair.key.range[0]).line;
    }
    const node = document.getIn(path.slice(0, depth) as unknown[], true);
    const range = (node as { range?: [number, number, number] } | undefined)?.range;
    if (range) return lines.linePos(range[0]).line;
  }
  return 1;
}
