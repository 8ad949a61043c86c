import { createHash } from 'node:crypto';
import type { ConversationEvent, ConversationRequest } from '../conversation.js';
import { readProviderError, type ProviderError } from '../provider-error.js';
import type { TokenUsage } from '../token-usage.js';
import {
  isObject,
  jsonText,
  objectList,
  optionalObject,
  parseObject,
  type JsonObject,
} from '../read-json.js';
import { MalformedAnswerError, type StreamDecoder } from '../translation.js';
import { CandidateDecoder } from './candidate-decoder.js';
import { readGeminiUsage } from './read-usage.js';
import { ToolNames } from './tool-names.js';

const MAX_CANDIDATES = 128;

/**
 * Reads what `streamGenerateContent?alt=sse` sends. The stream has no terminator but its end, and a `finishReason` may be
 * followed by more content, so how it finished is said in `end()`.
 */
export class GeminiStreamDecoder implements StreamDecoder {
  private readonly names: ToolNames;
  private readonly candidates: CandidateDecoder[] = [];
  private hasStarted = false;
  private isOver = false;
  private isBlocked = false;
  private hasFailed = false;
  private usage = '';
  private webSearches = 0;
  private calls = 0;
  private idSeed = '';

  /** @param request the conversation that is answered: gives the tools the names the client knows */
  constructor(request: Pick<ConversationRequest, 'tools'> | null = null) {
    this.names = new ToolNames(request);
  }

  get finished(): boolean {
    if (this.hasFailed) return false;
    if (this.candidates.length === 0) return this.isBlocked;
    return this.candidates.every(({ finish }) => finish !== null);
  }

  push(data: string, _name = ''): ConversationEvent[] {
    // Proxies that speak OpenAI's dialect end any stream this way.
    if (data === '[DONE]') return [];
    // The array form of a stream wraps its errors, and proxies pass that on.
    const wrapped = data.startsWith('[') ? readProviderError(Buffer.from(data)) : null;
    if (wrapped) return this.fail(wrapped);
    return chunksOf(data).flatMap((chunk) => this.read(chunk));
  }

  /** One chunk, or a whole answer: they have the same form. Throws MalformedAnswerError. */
  read(chunk: JsonObject): ConversationEvent[] {
    if (this.isOver) return [];
    if (chunk['error']) {
      return this.fail(readProviderError(Buffer.from(jsonText(chunk))));
    }
    const events = this.hasStarted ? [] : [this.start(chunk)];
    for (const [position, candidate] of objectList(chunk['candidates'], 'candidates').entries()) {
      const index = candidate['index'] ?? position;
      for (const event of this.candidateAt(index).read(candidate)) events.push(event);
      this.webSearches = Math.max(this.webSearches, searchesIn(candidate));
    }
    if (optionalObject(chunk['promptFeedback'], 'promptFeedback')?.['blockReason']) {
      this.isBlocked = true;
    }
    const metadata = optionalObject(chunk['usageMetadata'], 'usageMetadata');
    const usage = metadata && this.counted(readGeminiUsage(metadata));
    if (usage && JSON.stringify(usage) !== this.usage) {
      this.usage = JSON.stringify(usage);
      events.push({ type: 'usage', usage });
    }
    return events;
  }

  private counted(usage: TokenUsage | null): TokenUsage | null {
    const { webSearches } = this;
    return usage && webSearches > 0
      ? { ...usage, serverTools: { webSearches, webFetches: 0 } }
      : usage;
  }

  end(): ConversationEvent[] {
    if (this.isOver) return [];
    this.isOver = true;
    if (this.candidates.length === 0 && this.isBlocked) {
      return [{ type: 'finish', candidate: 0, reason: 'content_filter', stopSequence: null }];
    }
    const events = this.candidates.flatMap((candidate) => candidate.end());
    const error = events.find(({ type }) => type === 'error');
    if (error === undefined) return events;
    this.hasFailed = true;
    return [...events.filter(({ type }) => type !== 'error' && type !== 'finish'), error];
  }

  private start(chunk: JsonObject): ConversationEvent {
    this.hasStarted = true;
    const { responseId, modelVersion, createTime } = chunk;
    const id = typeof responseId === 'string' ? responseId : '';
    // A client sends ids back turn after turn: they must not repeat, and tests want them to be the same each time.
    this.idSeed =
      id.replace(/[^\w-]/g, '').slice(0, 40) ||
      createHash('sha256').update(jsonText(chunk)).digest('hex').slice(0, 24);
    const createdAtMs = typeof createTime === 'string' ? Date.parse(createTime) : Number.NaN;
    return {
      type: 'start',
      id,
      model: typeof modelVersion === 'string' ? modelVersion : '',
      createdAt: Number.isNaN(createdAtMs) ? null : Math.floor(createdAtMs / 1000),
      usage: null,
    };
  }

  private candidateAt(index: unknown): CandidateDecoder {
    if (
      typeof index !== 'number' ||
      !Number.isInteger(index) ||
      index < 0 ||
      index >= MAX_CANDIDATES
    ) {
      throw new MalformedAnswerError('a candidate has no proper index');
    }
    while (this.candidates.length <= index) {
      this.candidates.push(
        new CandidateDecoder(
          this.candidates.length,
          this.names,
          () => `call_${this.idSeed}_${this.calls++}`,
        ),
      );
    }
    return this.candidates[index]!;
  }

  private fail(error: ProviderError | null): ConversationEvent[] {
    this.isOver = true;
    this.hasFailed = true;
    const { message, words } = error ?? { message: 'the provider failed', words: [] };
    return [{ type: 'error', message, words }];
  }
}

/** Google charges grounding by the query. */
function searchesIn({ groundingMetadata }: JsonObject): number {
  const queries = isObject(groundingMetadata) ? groundingMetadata['webSearchQueries'] : null;
  return Array.isArray(queries) ? queries.length : 0;
}

/** One chunk, or several: something in between may have lost the blank lines that divide them. */
function chunksOf(data: string): JsonObject[] {
  try {
    return [parseObject(data, 'an event')];
  } catch (error) {
    const lines = data.split('\n').filter((line) => line.trim() !== '');
    if (lines.length < 2) throw error;
    return lines.map((line) => parseObject(line, 'an event'));
  }
}
