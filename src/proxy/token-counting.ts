import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ConversationRequest } from '../protocols/conversation.js';
import { totalInputTokens } from '../protocols/token-usage.js';
import type { UsageRecord } from '../stats/usage-record.js';
import { conversationTexts } from '../tokens/conversation-texts.js';
import type { TokenCounter } from '../tokens/token-counter.js';
import type { TokenFactors } from '../tokens/token-factors.js';
import { countsTokens } from './carrier-for.js';
import { planOf, type ClientCall } from './client-call.js';
import { clientConversations } from './conversations.js';
import { parsedBody } from './parsed-body.js';
import type { ProxyService } from './proxy.service.js';

/** One request in so many is counted to learn from; more would cost more than it teaches. */
const LEARN_FROM_ONE_IN = 20;
const MAX_LEARNING_BYTES = 262_144;

/** Answers `count_tokens`: by the provider's own counter where there is one, else by an estimate that learns from real usage. */
export class TokenCounting {
  private finished = 0;

  constructor(
    private readonly proxy: ProxyService,
    private readonly counter: TokenCounter,
    private readonly factors: TokenFactors,
  ) {}

  serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const plan = planOf(request)!;
    const candidates = plan.openCandidates();
    if (candidates.some(({ account }) => countsTokens(account.adapter))) {
      return this.proxy.serve(request, response);
    }
    // Who could be asked a moment ago may have just failed; the model's name decides nothing but the factor.
    const model = candidates[0]?.model ?? '';
    return this.proxy.answerHere(request, response, async (call) => {
      const estimated = await this.estimate(parsedBody(call, clientConversations.messages!.decode));
      return { input_tokens: Math.ceil(estimated * this.factors.factorFor(model)) };
    });
  }

  /** Compares what the provider counted with what would have been estimated, now and then, while somebody wants estimates. */
  learn(call: ClientCall, { model, usage, usageSource, status }: UsageRecord): void {
    if (usageSource !== 'provider' || status !== 200 || model === null) return;
    if (!this.counter.isRunning || this.finished++ % LEARN_FROM_ONE_IN !== 0) return;
    if (call.body.length > MAX_LEARNING_BYTES) return;
    this.compare(call, model, totalInputTokens(usage)).catch(() => undefined);
  }

  private async compare(call: ClientCall, model: string, counted: number): Promise<void> {
    const conversation = clientConversations[call.operation];
    if (!conversation) return;
    const estimated = await this.estimate(parsedBody(call, conversation.decode));
    this.factors.observe(model, estimated, counted);
  }

  private async estimate(request: ConversationRequest): Promise<number> {
    const { texts, otherTokens } = conversationTexts(request);
    return otherTokens + (await this.counter.count(texts));
  }
}
