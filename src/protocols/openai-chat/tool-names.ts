import { createHash } from 'node:crypto';

const ALLOWED = /^[a-zA-Z0-9_-]+$/;

/**
 * Names of tools as one provider takes them. Clients of other protocols may use 128 characters, dots and colons; OpenAI and
 * its peers take 64 of `[a-zA-Z0-9_-]`. One object serves one call: the answer gets the names back that the client knows.
 */
export class ToolNames {
  private readonly originals = new Map<string, string>();
  private readonly wrapped = new Set<string>();

  constructor(private readonly maxLength = 64) {}

  /** The same name for the same tool, always: it is part of the prefix the provider caches. */
  shorten(name: string): string {
    if (name.length <= this.maxLength && ALLOWED.test(name)) return name;
    const hash = createHash('sha256').update(name).digest('hex').slice(0, 8);
    const readable = name.replace(/[^a-zA-Z0-9_-]/g, '_').slice(0, this.maxLength - 9);
    const short = `${readable}_${hash}`;
    this.originals.set(short, name);
    return short;
  }

  restore(name: string): string {
    return this.originals.get(name) ?? name;
  }

  /** Remembers that this free-text tool went out as a function of one `input`. */
  wrap(name: string): void {
    this.wrapped.add(name);
  }

  /** @param name as the client knows it */
  isWrapped(name: string): boolean {
    return this.wrapped.has(name);
  }
}
