/** What an encoder has to know of a model before it can ask it anything. */
export interface AnthropicModel {
  /** `max_tokens` is mandatory: this is what "no limit" becomes. */
  readonly maxOutputTokens: number;
  /**
   * `none`: cannot think. `budget`: only with `budget_tokens`. `either`: budget is deprecated, adaptive preferred. `adaptive`:
   * a budget is an error. `always`: adaptive, and cannot be switched off.
   */
  readonly thinking: 'none' | 'budget' | 'either' | 'adaptive' | 'always';
  /** `one`: temperature or top_p, not both. `fixed`: anything but the default is an error. */
  readonly sampling: 'free' | 'one' | 'fixed';
  /** Knows `output_config.format`. */
  readonly structuredOutput: boolean;
}

/** Compatible servers under other names speak the oldest dialect at least. */
const FOREIGN: AnthropicModel = {
  maxOutputTokens: 4096,
  thinking: 'budget',
  sampling: 'free',
  structuredOutput: true,
};

/** A Claude we cannot place is newer than this file. */
const NEWEST: AnthropicModel = {
  maxOutputTokens: 4096,
  thinking: 'adaptive',
  sampling: 'fixed',
  structuredOutput: true,
};

/** By family and first version, the most particular first. https://platform.claude.com/docs/en/about-claude/models/overview */
const OUTPUT_LIMITS: readonly (readonly [family: RegExp, from: number, tokens: number])[] = [
  [/haiku/, 405, 64_000],
  [/opus/, 406, 128_000],
  [/./, 407, 128_000],
  [/opus/, 405, 64_000],
  [/opus/, 400, 32_000],
  [/./, 307, 64_000],
  [/./, 305, 8192],
  [/./, 0, 4096],
];

/** @param name in any spelling: `claude-sonnet-4-5-20250929`, `anthropic/claude-haiku-4.5`, `us.anthropic.claude-opus-4-6-v1` */
export function anthropicModel(name: string): AnthropicModel {
  const found = familyAndVersion(name);
  if (!found) return name.includes('claude') ? NEWEST : FOREIGN;
  const { family, version } = found;
  return {
    maxOutputTokens: outputLimit(family, version),
    thinking: thinkingOf(family, version),
    sampling: version >= 407 ? 'fixed' : version >= 401 ? 'one' : 'free',
    structuredOutput: version >= 405,
  };
}

/** The version as a number that compares: 4.5 is 405. */
function familyAndVersion(name: string): { family: string; version: number } | null {
  const recent = /claude-([a-z]+)-(\d{1,2})(?:[-.](\d{1,2}))?(?!\d)/.exec(name);
  if (recent) {
    const [, family = '', major = '', minor = '0'] = recent;
    return { family, version: Number(major) * 100 + Number(minor) };
  }
  const old = /claude-v?(\d)(?:[-.](\d))?(?!\d)(?:-([a-z]+))?/.exec(name);
  if (old) {
    const [, major = '', minor = '0', family = 'claude'] = old;
    return { family, version: Number(major) * 100 + Number(minor) };
  }
  // Previews carry no number.
  const named = /claude-(mythos|fable)/.exec(name);
  return named ? { family: named[1] ?? '', version: 500 } : null;
}

function outputLimit(family: string, version: number): number {
  const row = OUTPUT_LIMITS.find(([name, from]) => name.test(family) && version >= from);
  return row?.[2] ?? FOREIGN.maxOutputTokens;
}

function thinkingOf(family: string, version: number): AnthropicModel['thinking'] {
  if (/mythos|fable/.test(family)) return 'always';
  if (version >= 407) return 'adaptive';
  if (version >= 406) return 'either';
  return version >= 307 ? 'budget' : 'none';
}
