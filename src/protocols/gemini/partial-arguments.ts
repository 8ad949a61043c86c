import { isObject, jsonText, type JsonObject } from '../read-json.js';
import { MalformedAnswerError } from '../translation.js';

type Key = string | number;
/** Without a prototype, so that a model may name an argument `__proto__`. */
type Container = JsonObject | unknown[];

const MAX_DEPTH = 100;
/** RFC 9535 as far as Gemini uses it: `.name`, `[0]`, `['a name']`. */
const STEP = /\.([^.[\]]+)|\[(\d{1,9})\]|\[(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")\]/y;

/** Puts together the arguments of a call that Vertex streams value by value. */
export class PartialArguments {
  private readonly root = emptyObject();
  /** The path whose text goes on with the next value. */
  private growing: string | null = null;

  /** Throws MalformedAnswerError. */
  add(partial: JsonObject): void {
    const path = partial['jsonPath'];
    if (typeof path !== 'string') throw new MalformedAnswerError('a partial argument has no path');
    const keys = readPath(path);
    const value = readValue(partial);
    const last = keys.pop()!;
    const parent = keys.reduce<Container>(
      (container, key, depth) => descend(container, key, keys[depth + 1] ?? last),
      this.root,
    );
    const before = path === this.growing ? read(parent, last) : undefined;
    const joined = typeof before === 'string' && typeof value === 'string' ? before + value : value;
    write(parent, last, joined);
    this.growing = partial['willContinue'] === true ? path : null;
  }

  /** Whole arguments in the midst of partial ones. */
  merge(args: JsonObject): void {
    for (const [key, value] of Object.entries(args)) this.root[key] = value;
  }

  get value(): JsonObject {
    return this.root;
  }

  text(): string {
    return jsonText(this.root);
  }
}

function emptyObject(): JsonObject {
  return Object.create(null) as JsonObject;
}

function readValue(partial: JsonObject): unknown {
  for (const name of ['stringValue', 'numberValue', 'boolValue']) {
    if (partial[name] !== undefined) return partial[name];
  }
  if ('nullValue' in partial) return null;
  throw new MalformedAnswerError('a partial argument has no value');
}

function readPath(path: string): Key[] {
  const keys: Key[] = [];
  if (path.startsWith('$')) {
    STEP.lastIndex = 1;
    while (STEP.lastIndex < path.length && keys.length <= MAX_DEPTH) {
      const step = STEP.exec(path);
      if (!step) break;
      const [, name, index, single, double] = step;
      const quoted = single ?? double;
      keys.push(index !== undefined ? Number(index) : (name ?? quoted!.replace(/\\(.)/g, '$1')));
      if (STEP.lastIndex === path.length) return keys;
    }
  }
  throw new MalformedAnswerError(`"${path.slice(0, 100)}" is not the path of an argument`);
}

/** The container at a key, made when it is not there yet. */
function descend(container: Container, key: Key, next: Key): Container {
  const existing = read(container, key);
  const isRight = typeof next === 'number' ? Array.isArray(existing) : isObject(existing);
  if (isRight) return existing as Container;
  const made = typeof next === 'number' ? [] : emptyObject();
  write(container, key, made);
  return made;
}

function read(container: Container, key: Key): unknown {
  return Array.isArray(container) ? container[key as number] : container[key];
}

/** Lists grow by one at a time: a gap would be a list of any length for a few bytes. */
function write(container: Container, key: Key, value: unknown): void {
  if (!Array.isArray(container)) {
    container[key] = value;
  } else if (typeof key === 'number' && key <= container.length) {
    container[key] = value;
  } else {
    throw new MalformedAnswerError('a partial argument leaves a gap');
  }
}
