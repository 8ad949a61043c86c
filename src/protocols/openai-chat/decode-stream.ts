import type { Citation, ConversationEvent } from '../conversation.js';
import { errorText, readProviderError } from '../provider-error.js';
import { RepeatingJson } from '../repeating-json.js';
import type { TokenUsage } from '../token-usage.js';
import { MalformedAnswerError, type StreamDecoder } from '../translation.js';
import { CandidateReader } from './candidate-reader.js';
import { readFinishReason } from './finish-reason.js';
import { asObject, asText, objectsIn, type Json } from './json-values.js';
import { ownersOfAnswer } from './read-thinking.js';
import { ToolNames } from './tool-names.js';
import { readOpenAiUsage } from './usage.js';

interface Candidate {
  readonly reader: CandidateReader;
  reason: string | null;
  stopSequence: string | null;
}

/** OpenAI's own bound for `n`. */
const MAX_CANDIDATES = 128;

/**
 * Reads a stream of chat completion chunks, OpenAI's or any compatible provider's. The end of an answer is told only when
 * the stream is over: peers send usage, citations and calls behind their finish reason.
 */
export class OpenAiChatStreamDecoder implements StreamDecoder {
  private readonly candidates = new Map<number, Candidate>();
  private usage: TokenUsage | null = null;
  private readonly json = new RepeatingJson();
  private idSeed = '';
  private hasBegun = false;
  private isDone = false;
  private hasFailed = false;
  private hasEnded = false;

  /** @param toolNames those of the request this stream answers */
  constructor(
    private readonly provider = 'openai',
    private readonly toolNames = new ToolNames(),
  ) {}

  get finished(): boolean {
    if (this.hasFailed || this.candidates.size === 0) return false;
    return this.isDone || [...this.candidates.values()].every(({ reason }) => reason !== null);
  }

  push(data: string, name: string): ConversationEvent[] {
    if (this.hasFailed || this.hasEnded) return [];
    if (data.trim() === '[DONE]') {
      this.isDone = true;
      return this.end();
    }
    const chunk = this.parse(data);
    const error = errorIn(chunk, name);
    if (error === null) return this.read(chunk);
    this.hasFailed = true;
    return [error];
  }

  end(): ConversationEvent[] {
    if (this.hasEnded || !this.finished) return [];
    this.hasEnded = true;
    const events: ConversationEvent[] = [];
    for (let index = 0; index < this.candidates.size; index++) {
      const candidate = this.candidates.get(index);
      if (candidate === undefined) throw new MalformedAnswerError(`choice ${index} is missing`);
      const { reader, reason, stopSequence } = candidate;
      events.push(...reader.close(), {
        type: 'finish',
        candidate: index,
        reason: readFinishReason(reason ?? 'stop', { ...factsOf(reader), stopSequence }),
        stopSequence,
      });
    }
    return events;
  }

  /** A chunk, or a whole answer whose messages stand as deltas. */
  read(chunk: Json): ConversationEvent[] {
    const choices = objectsIn(chunk['choices']);
    const events = this.begin(chunk, choices);
    const citations = listedCitations(chunk);
    for (const choice of choices) events.push(...this.readChoice(choice, citations));
    const usage = usageIn(chunk, choices);
    if (usage !== null) this.usage = readOpenAiUsage(usage);
    if (this.hasBegun && this.usage !== null) {
      events.push({ type: 'usage', usage: this.usage });
      this.usage = null;
    }
    return events;
  }

  /** Azure's first chunk has neither choices nor an id: it is no beginning. */
  private begin(chunk: Json, choices: readonly Json[]): ConversationEvent[] {
    if (this.hasBegun || choices.length === 0) return [];
    this.hasBegun = true;
    const id = asText(chunk['id']);
    const model = asText(chunk['model']);
    const { created } = chunk;
    const createdAt = typeof created === 'number' && created > 0 ? Math.floor(created) : null;
    this.idSeed = `${id}|${model}|${createdAt}`;
    return [{ type: 'start', id, model, createdAt, usage: null }];
  }

  private readChoice(choice: Json, citations: readonly Citation[]): ConversationEvent[] {
    const candidate = this.candidateOf(choice);
    const { reader } = candidate;
    const events = reader.read(asObject(choice['delta']) ?? asObject(choice['message']) ?? {});
    const logprobs = asObject(choice['logprobs']);
    if (logprobs !== null) events.push(...reader.readLogprobs(logprobs));
    const reason = asText(choice['finish_reason']);
    if (reason === '') return events;
    if (reason === 'error') {
      this.hasFailed = true;
      const message = 'the provider ended its answer with an error';
      return [...events, { type: 'error', message, words: ['error'] }];
    }
    candidate.reason = reason;
    candidate.stopSequence = stopSequenceOf(choice) ?? candidate.stopSequence;
    reader.cite(citations);
    // Nothing is closed yet: some peers repeat the reason in every chunk, and go on.
    return events;
  }

  private parse(data: string): Json {
    let value: unknown;
    try {
      value = this.json.parse(data);
    } catch (cause) {
      throw new MalformedAnswerError('an event is not JSON', { cause });
    }
    const chunk = asObject(value);
    if (chunk === null) throw new MalformedAnswerError('an event is not a JSON object');
    return chunk;
  }

  private candidateOf(choice: Json): Candidate {
    const index = choice['index'] ?? 0;
    if (typeof index !== 'number' || !Number.isInteger(index) || index < 0) {
      throw new MalformedAnswerError('a choice has no index');
    }
    if (index >= MAX_CANDIDATES) throw new MalformedAnswerError('a choice has no possible index');
    let candidate = this.candidates.get(index);
    if (candidate === undefined) {
      const { toolNames } = this;
      const options = {
        owners: ownersOfAnswer(this.provider),
        toolNames,
        idSeed: `${this.idSeed}|${index}`,
      };
      const reader = new CandidateReader(index, options);
      candidate = { reader, reason: null, stopSequence: null };
      this.candidates.set(index, candidate);
    }
    return candidate;
  }
}

function factsOf({ hasCalls, hasRefusal }: CandidateReader) {
  return { hasCalls, hasRefusal };
}

/** The error a provider sends in place of an answer, or in the middle of one; null when there is none. */
export function errorIn(
  body: Json,
  eventName: string,
): Extract<ConversationEvent, { type: 'error' }> | null {
  const error = body['error'] || asObject(body['x_groq'])?.['error'];
  const isError =
    Boolean(error) ||
    eventName === 'error' ||
    body['object'] === 'error' ||
    (!('choices' in body) && ('error_code' in body || 'detail' in body));
  if (!isError) return null;
  const said = readProviderError(Buffer.from(JSON.stringify(body)));
  return { type: 'error', message: said?.message ?? errorText(error), words: said?.words ?? [] };
}

/** On the chunk itself, on Groq's own member, or with Moonshot on the choice that ends. */
function usageIn(chunk: Json, choices: readonly Json[]): Json | null {
  return (
    asObject(chunk['usage']) ??
    asObject(asObject(chunk['x_groq'])?.['usage']) ??
    choices.map(({ usage }) => asObject(usage)).find((usage) => usage !== null) ??
    null
  );
}

/** vLLM's and SGLang's word for the string that ended the answer; a number is a token, not a string. */
function stopSequenceOf(choice: Json): string | null {
  if (choice['finish_reason'] !== 'stop') return null;
  return asText(choice['stop_reason']) || asText(choice['matched_stop']) || null;
}

/** Perplexity's `citations`, titled by its `search_results`. */
function listedCitations({ citations, search_results: results }: Json): Citation[] {
  if (!Array.isArray(citations)) return [];
  const titles = new Map(objectsIn(results).map(({ url, title }) => [url, asText(title)]));
  return citations
    .filter((url) => typeof url === 'string')
    .map((url) => ({ text: '', url, title: titles.get(url) || null, start: null, end: null }));
}
