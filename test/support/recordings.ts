import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** One exchange with a real provider, or one written by hand for what nobody records. */
export interface Recording {
  readonly name: string;
  readonly provider: string;
  readonly api: string;
  readonly stream: boolean;
  readonly request: { readonly body: Record<string, unknown> | null };
  readonly response: {
    readonly status: number;
    readonly headers: Record<string, string>;
    /** As it came over the wire. */
    readonly bytes: Buffer;
  };
}

interface StoredExchange {
  provider: string;
  api: string;
  stream: boolean;
  request: { body?: unknown };
  response: {
    status: number;
    headers?: Record<string, string | string[]>;
    body?: unknown;
    text?: string;
  };
}

/** The large set of recorded exchanges beside the project, where there is one. */
const LARGE_SET = resolve(process.env['RECORDINGS'] ?? '../shared/fixtures');
const OWN_SET = resolve('test/fixtures');

/** Which set the tests run on, and every exchange of these interfaces in it. */
export function loadRecordings(apis: readonly string[]): { set: string; recordings: Recording[] } {
  const isLarge = existsSync(join(LARGE_SET, 'manifest.jsonl'));
  const files = isLarge ? manifestFiles() : jsonFiles(OWN_SET);
  const recordings = files.map((file) => read(file)).filter(({ api }) => apis.includes(api));
  return { set: isLarge ? 'recorded' : "project's own", recordings };
}

function manifestFiles(): string[] {
  return readFileSync(join(LARGE_SET, 'manifest.jsonl'), 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => join(LARGE_SET, (JSON.parse(line) as { file: string }).file));
}

function jsonFiles(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => join(directory, file));
}

function read(file: string): Recording {
  const { provider, api, stream, request, response } = JSON.parse(
    readFileSync(file, 'utf8'),
  ) as StoredExchange;
  const isObject = typeof request.body === 'object' && request.body !== null;
  return {
    name: file.slice(file.lastIndexOf('/') + 1),
    provider,
    api,
    stream,
    request: { body: isObject ? (request.body as Record<string, unknown>) : null },
    response: {
      status: response.status,
      headers: { 'content-type': contentType(response, stream) },
      bytes: Buffer.from(response.text ?? JSON.stringify(response.body)),
    },
  };
}

function contentType({ headers }: StoredExchange['response'], stream: boolean): string {
  const recorded = headers?.['content-type'];
  if (recorded) return String(recorded);
  return stream ? 'text/event-stream' : 'application/json';
}
