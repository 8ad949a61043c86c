import { Injectable } from '@nestjs/common';
import type { CatalogAccount } from '../catalog/catalog.js';
import { Clock } from '../common/clock.js';
import { UpstreamTokenError, UpstreamTokens } from '../providers/upstream-tokens.js';
import { fetchAnswer } from '../providers/fetch-answer.js';
import { classifyAnswer, type Outcome } from '../providers/outcome.js';
import type { UpstreamAddress, WireProtocol } from '../providers/provider-adapter.js';
import { UpstreamClient } from '../providers/upstream-client.js';

export interface ProbeResult {
  readonly outcome: Outcome;
  readonly latencyMs: number;
}

/** Somebody may be waiting at a screen. */
const TIMEOUT_MS = 5_000;
const PAID_TIMEOUT_MS = 30_000;

const QUESTION = 'Answer with the word OK.';

/** The smallest question of each protocol. */
const QUESTIONS: Readonly<Record<WireProtocol, (model: string) => object>> = {
  openai: (model) => ({ model, messages: [{ role: 'user', content: QUESTION }] }),
  anthropic: (model) => ({
    model,
    max_tokens: 8,
    messages: [{ role: 'user', content: QUESTION }],
  }),
  gemini: () => ({ contents: [{ role: 'user', parts: [{ text: QUESTION }] }] }),
  ernie: () => ({ messages: [{ role: 'user', content: QUESTION }] }),
};

/** Asks a provider how it is. */
@Injectable()
export class UpstreamProbe {
  constructor(
    private readonly client: UpstreamClient,
    private readonly tokens: UpstreamTokens,
    private readonly clock: Clock,
  ) {}

  /** For its model list, which costs nothing. */
  free(account: CatalogAccount): Promise<ProbeResult> {
    return this.ask(account, (secret) => ({
      ...account.adapter.modelList({ ...account, secret }),
      body: null,
      timeoutMs: TIMEOUT_MS,
    }));
  }

  /** For a few words of a model, which are charged for. */
  paid(account: CatalogAccount, model: string): Promise<ProbeResult> {
    const { adapter } = account;
    const operation = adapter.protocol === 'anthropic' ? 'messages' : 'chat';
    const call = { operation, model, stream: false, clientHeaders: {} } as const;
    const body = Buffer.from(JSON.stringify(QUESTIONS[adapter.protocol](model)));
    return this.ask(account, (secret) => ({
      ...adapter.address({ ...account, secret }, call),
      body,
      timeoutMs: PAID_TIMEOUT_MS,
    }));
  }

  private async ask(
    account: CatalogAccount,
    question: (secret: string) => UpstreamAddress & { body: Buffer | null; timeoutMs: number },
  ): Promise<ProbeResult> {
    const startedAt = this.clock.monotonic();
    const outcome = await this.outcomeOf(account, question);
    return { outcome, latencyMs: Math.round(this.clock.monotonic() - startedAt) };
  }

  private async outcomeOf(
    account: CatalogAccount,
    question: (secret: string) => UpstreamAddress & { body: Buffer | null; timeoutMs: number },
  ): Promise<Outcome> {
    try {
      const { url, headers, body, timeoutMs } = question(await this.tokens.secretFor(account));
      const answer = await fetchAnswer(this.client, account, {
        method: body ? 'POST' : 'GET',
        url,
        headers: {
          ...headers,
          accept: 'application/json',
          ...(body && { 'content-type': 'application/json' }),
        },
        body,
        timeoutMs,
      });
      if (!('body' in answer)) return answer;
      if (answer.status >= 300) return classifyAnswer(answer, this.clock.now());
      return { kind: 'success', status: answer.status, detail: '', retryAfterMs: null };
    } catch (error) {
      if (error instanceof UpstreamTokenError) return error.outcome;
      throw error;
    }
  }
}
