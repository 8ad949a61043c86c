import { UntranslatableError } from '../../src/protocols/translation.js';
import type { WireProtocol } from '../../src/providers/provider-adapter.js';
import {
  clientConversations,
  upstreamConversations,
  type ClientConversation,
} from '../../src/proxy/conversations.js';
import { TARGETS, type Target } from '../support/request-targets.js';
import type { Samples } from './samples.js';

/** `lost`: neither in the upstream's body nor named anywhere. Must not happen. */
export type Fate = 'carried' | 'dropped' | 'refused' | 'lost';

export interface Row {
  readonly field: string;
  readonly fates: readonly Fate[];
}

/** What asks for a provider's usual way of doing it: an unchanged request says the same. */
const ASKS_FOR_THE_USUAL: ReadonlySet<string> = new Set([
  'thinking disabled',
  'service_tier',
  'thinking adaptive',
  'tool_choice allowed_tools',
]);

/** Those that a client's requests are translated for. @param native takes them as they are */
export function targetsFor(native: WireProtocol | null): readonly Target[] {
  return TARGETS.filter(({ family, model }) => family !== native && model !== 'gemini-2.0-flash');
}

/** What becomes of each parameter on the way to each model, streamed or not. */
export function fidelity(
  operation: 'chat' | 'messages' | 'responses' | 'completions',
  native: WireProtocol | null,
  base: Record<string, unknown>,
  samples: Samples,
): Row[] {
  const client = clientConversations[operation]!;
  return Object.entries(samples).map(([field, sample]) => ({
    field,
    fates: targetsFor(native).map((target) => {
      const fates = [false, true].map((stream) =>
        fateOf(client, { ...base, stream }, { ...base, ...sample, stream }, target),
      );
      if (fates[0] !== fates[1]) throw new Error(`${field} differs when it is streamed`);
      return fates[0] === 'lost' && ASKS_FOR_THE_USUAL.has(field) ? 'carried' : fates[0]!;
    }),
  }));
}

const MARKS = ['MARK', Buffer.from('MARK').toString('base64')];

function fateOf(
  client: ClientConversation,
  base: Record<string, unknown>,
  body: Record<string, unknown>,
  target: Target,
): Fate {
  const plain = encoded(client, base, target);
  try {
    const { text, dropped } = encoded(client, body, target);
    if (dropped.length > plain.dropped.length) return 'dropped';
    const isMarked = MARKS.some((mark) => JSON.stringify(body).includes(mark));
    if (isMarked) return MARKS.some((mark) => text.includes(mark)) ? 'carried' : 'lost';
    return text === plain.text ? 'lost' : 'carried';
  } catch (error) {
    if (error instanceof UntranslatableError) return 'refused';
    throw error;
  }
}

function encoded(
  client: ClientConversation,
  body: Record<string, unknown>,
  { family, provider, model }: Target,
): { text: string; dropped: readonly string[] } {
  const request = { ...client.decode(body), model };
  const { body: sent, dropped } = upstreamConversations[family].encode(request, provider);
  return { text: JSON.stringify(sent), dropped };
}

const SIGNS: Readonly<Record<Fate, string>> = {
  carried: 'carried',
  dropped: 'dropped, named',
  refused: '400',
  lost: 'LOST',
};

export function markdown(native: WireProtocol | null, rows: readonly Row[]): string {
  const head = ['parameter', ...targetsFor(native).map(({ model }) => model)];
  const lines = rows.map(({ field, fates }) => [field, ...fates.map((fate) => SIGNS[fate])]);
  return [head, head.map(() => '---'), ...lines]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}
