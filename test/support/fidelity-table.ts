import { UntranslatableError } from '../../src/protocols/translation.js';
import type { WireProtocol } from '../../src/providers/provider-adapter.js';
import {
  clientConversations,
  upstreamConversations,
  type ClientConversation,
} from '../../src/proxy/conversations.js';
import type { Samples } from './fidelity-samples.js';

/** `lost`: neither in the upstream's body nor named anywhere. Must not happen. */
export type Fate = 'carried' | 'dropped' | 'refused' | 'lost';

export interface Row {
  readonly field: string;
  readonly fates: readonly Fate[];
}

/** What asks for a provider's usual way of doing it: an unchanged request says the same. */
const ASKS_FOR_THE_USUAL: ReadonlySet<string> = new Set(['thinking disabled', 'service_tier']);

/** An upstream of each family, with a model that can what its family can. */
export const UPSTREAMS: readonly { family: WireProtocol; provider: string; model: string }[] = [
  { family: 'openai', provider: 'openai', model: 'gpt-4.1' },
  { family: 'anthropic', provider: 'anthropic', model: 'claude-sonnet-4-5' },
  { family: 'gemini', provider: 'gemini', model: 'gemini-2.5-flash' },
  { family: 'ernie', provider: 'ernie-v1', model: 'ernie-4.0-8k' },
];

/** What becomes of each parameter on the way to each family, streamed or not. */
export function fidelity(
  operation: 'chat' | 'messages' | 'responses',
  base: Record<string, unknown>,
  samples: Samples,
): Row[] {
  const client = clientConversations[operation]!;
  return Object.entries(samples).map(([field, sample]) => ({
    field,
    fates: UPSTREAMS.map((upstream) => {
      const fates = [false, true].map((stream) =>
        fateOf(client, { ...base, stream }, { ...base, ...sample, stream }, upstream),
      );
      if (fates[0] !== fates[1]) throw new Error(`${field} differs when it is streamed`);
      return fates[0] === 'lost' && ASKS_FOR_THE_USUAL.has(field) ? 'carried' : fates[0]!;
    }),
  }));
}

function fateOf(
  client: ClientConversation,
  base: Record<string, unknown>,
  body: Record<string, unknown>,
  upstream: (typeof UPSTREAMS)[number],
): Fate {
  const plain = encoded(client, base, upstream);
  try {
    const { text, dropped } = encoded(client, body, upstream);
    if (dropped.length > plain.dropped.length) return 'dropped';
    return text === plain.text ? 'lost' : 'carried';
  } catch (error) {
    if (error instanceof UntranslatableError) return 'refused';
    throw error;
  }
}

function encoded(
  client: ClientConversation,
  body: Record<string, unknown>,
  { family, provider, model }: (typeof UPSTREAMS)[number],
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

export function markdown(title: string, rows: readonly Row[]): string {
  const head = ['parameter', ...UPSTREAMS.map(({ provider }) => provider)];
  const lines = rows.map(({ field, fates }) => [field, ...fates.map((fate) => SIGNS[fate])]);
  const table = [head, head.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`);
  return [`## ${title}`, '', ...table, ''].join('\n');
}
