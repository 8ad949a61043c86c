import { STREAM_EVENTS, type Dialect } from './answers.ts';
import type { Expectation } from './load.ts';

/** What clients send, and what the upstream answers. */
export interface Workload {
  readonly name: string;
  readonly client: Dialect;
  readonly upstream: Dialect;
  /** Names of models, which are also names of prepared answers; several are asked for in turn. */
  readonly models: readonly string[];
  readonly keys: 'one' | 'many';
  readonly promptBytes: number;
  /** Content events of each answer; null: a JSON document. */
  readonly events: number | null;
  /** Connections at the loaded measurement. */
  readonly concurrency: number;
  /** An event now and then: the time of one answer is the upstream's, and says nothing. */
  readonly paced?: true;
}

const plain = {
  client: 'openai',
  upstream: 'openai',
  keys: 'one',
  promptBytes: 1_024,
  events: null,
  concurrency: 64,
} as const;

const streamed = { ...plain, events: STREAM_EVENTS, concurrency: 16 };

/** Accounts that serve each of these: account N has the models whose number leaves N mod 5. */
export const TENANT_MODELS = Array.from({ length: 200 }, (_, index) => `json-1k@${index}`);
/** What the Anthropic account of the gateway calls its model, so that an OpenAI client's request is translated. */
export const ANTHROPIC_MODEL = 'claude-sse-burst';

export const WORKLOADS: readonly Workload[] = [
  { ...plain, name: 'json-1k', models: ['json-1k'] },
  { ...plain, name: 'json-18k', models: ['json-18k'], promptBytes: 18 * 1_024 },
  {
    ...plain,
    name: 'prompt-300k',
    models: ['prompt-300k'],
    promptBytes: 300 * 1_024,
    concurrency: 16,
  },
  { ...streamed, name: 'sse-burst', models: ['sse-burst'] },
  { ...streamed, name: 'sse-paced', models: ['sse-paced'], concurrency: 64, paced: true },
  { ...streamed, name: 'openai-to-anthropic', models: ['sse-burst'], upstream: 'anthropic' },
  { ...streamed, name: 'anthropic-to-openai', models: ['sse-burst'], client: 'anthropic' },
  { ...plain, name: 'tenants', models: TENANT_MODELS, keys: 'many' },
];

/** For the thousand open streams: as many events as seconds. */
export function holdWorkload(seconds: number): Workload {
  return { ...streamed, name: 'open-streams', models: ['hold'], events: seconds };
}

export function workload(name: string): Workload {
  return WORKLOADS.find((one) => one.name === name)!;
}

export function expectation({ client, events }: Workload): Expectation {
  if (events === null) return { events, terminator: '}' };
  return { events, terminator: client === 'openai' ? '[DONE]' : 'message_stop' };
}

/** A request's body, of about `promptBytes`: a conversation, as agents send it again and again. */
export function requestBody({ promptBytes, events }: Workload, model: string): string {
  const turns = 2 * Math.floor(promptBytes / (2 * TURN_BYTES)) + 1;
  const messages = Array.from({ length: turns }, (_, index) => ({
    role: index % 2 ? 'assistant' : 'user',
    content: prose(promptBytes / turns - ENVELOPE_BYTES),
  }));
  return JSON.stringify({ model, stream: events !== null, max_tokens: 1_024, messages });
}

const TURN_BYTES = 6_000;
/** What stands around a message, and a share of what stands around them all. */
const ENVELOPE_BYTES = 60;
const LINE =
  'The quick brown fox said "jump" and\njumped over the lazy dog; then it did so again. ';

function prose(bytes: number): string {
  return LINE.repeat(Math.ceil(bytes / LINE.length)).slice(0, bytes);
}
