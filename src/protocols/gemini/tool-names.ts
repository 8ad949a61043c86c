import { createHash } from 'node:crypto';
import type { ConversationRequest } from '../conversation.js';

const VALID_NAME = /^[A-Za-z_][\w.:-]{0,127}$/;

/**
 * A tool's name in Gemini's alphabet: a letter or underscore first, 128 characters at most. A name that had to change ends in
 * a digest of the original, so that two never become one.
 */
export function encodeToolName(name: string): string {
  if (VALID_NAME.test(name)) return name;
  const digest = createHash('sha256').update(name).digest('hex').slice(0, 8);
  const clean = name.replace(/[^\w.:-]/g, '_').slice(0, 118);
  return `${/^[A-Za-z_]/.test(clean) ? '' : '_'}${clean}_${digest}`;
}

export interface KnownTool {
  readonly name: string;
  readonly kind: 'function' | 'custom';
}

/** Gives the client back the name it knows a tool by, and the kind it declared it as. */
export class ToolNames {
  private readonly known = new Map<string, KnownTool>();

  constructor(request: Pick<ConversationRequest, 'tools'> | null) {
    for (const { kind, name } of request?.tools ?? []) {
      if (kind !== 'opaque') this.known.set(encodeToolName(name), { name, kind });
    }
  }

  original(name: string): KnownTool {
    return this.known.get(name) ?? { name, kind: 'function' };
  }
}
