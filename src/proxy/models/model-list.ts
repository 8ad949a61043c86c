/** A model as some provider lists it, in terms every protocol can be written from. */
export interface ListedModel {
  readonly id: string;
  readonly ownedBy: string;
  /** Milliseconds since the epoch; 0: unknown. */
  readonly createdAt: number;
  readonly displayName: string;
  /** The provider's own entry in OpenAI's or Anthropic's form, with whatever it says besides; null for a declared name. */
  readonly raw: Record<string, unknown> | null;
}

interface WireModel extends Record<string, unknown> {
  id?: unknown;
  name?: unknown;
  created?: unknown;
  created_at?: unknown;
  owned_by?: unknown;
  display_name?: unknown;
  displayName?: unknown;
}

/**
 * Reads OpenAI's and Anthropic's `{data: […]}`, Gemini's `{models: […]}` and Together's bare array; nothing but models with a
 * name comes out of anything else.
 */
export function readModelList(body: Buffer, provider: string): ListedModel[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body.toString('utf8'));
  } catch {
    return [];
  }
  const root = parsed as { data?: unknown; models?: unknown } | null;
  const entries = Array.isArray(parsed) ? parsed : (root?.data ?? root?.models);
  if (!Array.isArray(entries)) return [];
  return (entries as WireModel[]).flatMap((entry) => {
    const id = idOf(entry);
    return id === null ? [] : [toListed(id, entry, provider)];
  });
}

function idOf(entry: WireModel | null): string | null {
  if (typeof entry?.id === 'string') return entry.id;
  return typeof entry?.name === 'string' ? entry.name.replace(/^models\//, '') : null;
}

function toListed(id: string, entry: WireModel, provider: string): ListedModel {
  const { created, created_at, owned_by, display_name, displayName } = entry;
  const text = display_name ?? displayName;
  return {
    id,
    ownedBy: typeof owned_by === 'string' ? owned_by : provider,
    createdAt: typeof created === 'number' ? created * 1000 : dateOf(created_at),
    displayName: typeof text === 'string' ? text : id,
    raw: isOpenAi(entry) || isAnthropic(entry) ? entry : null,
  };
}

function dateOf(value: unknown): number {
  const time = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(time) ? 0 : time;
}

/** OpenAI's form: what the provider listed, or the little that is known of a declared name. */
export function toOpenAiModel({ id, ownedBy, createdAt, raw }: ListedModel): unknown {
  if (raw && isOpenAi(raw)) return raw;
  return { id, object: 'model', created: Math.floor(createdAt / 1000), owned_by: ownedBy };
}

/** Anthropic's form, likewise; what is served is taken to be current. */
export function toAnthropicModel({ id, displayName, createdAt, raw }: ListedModel): unknown {
  if (raw && isAnthropic(raw)) return raw;
  return {
    type: 'model',
    id,
    display_name: displayName,
    created_at: new Date(createdAt).toISOString().replace('.000Z', 'Z'),
    lifecycle: 'active',
  };
}

function isOpenAi(entry: WireModel): boolean {
  return entry['object'] === 'model';
}

function isAnthropic(entry: WireModel): boolean {
  return entry['type'] === 'model' && typeof entry.display_name === 'string';
}
