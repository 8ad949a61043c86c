import { readFileSync, writeFileSync } from 'node:fs';
import type { WireProtocol } from '../src/providers/provider-adapter.js';
import { CONTENT } from './fidelity/answer-content.js';
import { ENDINGS } from './fidelity/answer-endings.js';
import type { AnswerSample } from './fidelity/provider-answers.js';
import { answerRows, answerTable, type AnswerClient } from './fidelity/answer-table.js';
import { USAGE } from './fidelity/answer-usage.js';
import { CHAT, CHAT_BASE } from './fidelity/chat-requests.js';
import { COMPLETIONS, COMPLETIONS_BASE } from './fidelity/completions-requests.js';
import { MESSAGES, MESSAGES_BASE } from './fidelity/messages-requests.js';
import { fidelity, markdown } from './fidelity/request-table.js';
import { RESPONSES, RESPONSES_BASE } from './fidelity/responses-requests.js';
import type { Samples } from './fidelity/samples.js';
import { memberNames } from './support/type-check.js';

const PAGE = 'docs/fidelity.md';

interface Client {
  readonly operation: AnswerClient;
  readonly route: string;
  readonly native: WireProtocol | null;
  readonly base: Record<string, unknown>;
  readonly samples: Samples;
  readonly type: string;
}

const CLIENTS: readonly Client[] = [
  {
    operation: 'chat',
    route: 'POST /v1/chat/completions',
    native: 'openai',
    base: CHAT_BASE,
    samples: CHAT,
    type: "import('openai/resources/chat/completions').ChatCompletionCreateParams",
  },
  {
    operation: 'messages',
    route: 'POST /v1/messages',
    native: 'anthropic',
    base: MESSAGES_BASE,
    samples: MESSAGES,
    type: "import('@anthropic-ai/sdk/resources/messages').MessageCreateParams",
  },
  {
    operation: 'responses',
    route: 'POST /v1/responses',
    native: null,
    base: RESPONSES_BASE,
    samples: RESPONSES,
    type: "import('openai/resources/responses/responses').ResponseCreateParams",
  },
  {
    operation: 'completions',
    route: 'POST /v1/completions',
    native: null,
    base: COMPLETIONS_BASE,
    samples: COMPLETIONS,
    type: "import('openai/resources/completions').CompletionCreateParams",
  },
];

const FAMILIES: readonly WireProtocol[] = ['openai', 'anthropic', 'gemini', 'ernie'];

describe.each(CLIENTS)('translation of $route', ({ operation, native, base, samples }) => {
  it('loses nothing in silence', () => {
    const rows = fidelity(operation, native, base, samples);
    expect(rows.filter(({ fates }) => fates.includes('lost'))).toEqual([]);
  });
});

it('translation is tried with every parameter that the official SDKs have', () => {
  const all = memberNames(CLIENTS.map(({ type }) => type));
  const untried = CLIENTS.map(({ operation, base, samples }, index) => {
    const bodies = [base, ...Object.values(samples)];
    // The last two are between the client and the gateway.
    const tried = new Set([
      ...bodies.flatMap((one) => Object.keys(one)),
      'stream',
      'stream_options',
    ]);
    const names = all[index]!;
    expect(names.length).toBeGreaterThan(15);
    return [operation, names.filter((name) => !tried.has(name))];
  });
  expect(untried).toEqual(CLIENTS.map(({ operation }) => [operation, []]));
}, 60_000);

it(`what survives translation is described in ${PAGE}`, () => {
  const [head] = readFileSync(PAGE, 'utf8').split('\n## ');
  const page = [head, ...CLIENTS.flatMap(sectionsOf)].join('\n');
  // oxlint-disable-next-line jest/no-conditional-in-test
  if (process.env['UPDATE_DOCS']) writeFileSync(PAGE, page);
  expect(readFileSync(PAGE, 'utf8')).toBe(page);
});

function sectionsOf({ operation, route, native, base, samples: asked }: Client): string[] {
  const families = FAMILIES.filter((family) => family !== native);
  const rows = (first: string, samples: readonly AnswerSample[]): string =>
    answerTable(first, families, answerRows(operation, families, samples));
  return [
    `## ${route}: requests\n\n${markdown(native, fidelity(operation, native, base, asked))}\n`,
    `## ${route}: answers\n\n${rows('element', [...CONTENT, ...USAGE])}\n\n${rows('how it ended', ENDINGS)}\n`,
  ];
}
