import { createHmac } from 'node:crypto';
import type { Clock } from '../common/clock.js';
import type { Logger } from '../common/logger.js';
import { fetchAnswer } from '../providers/fetch-answer.js';
import type { UpstreamClient } from '../providers/upstream-client.js';
import type { BudgetEvent } from './budget-event.js';

export interface BudgetWebhookOptions {
  readonly url: string;
  readonly secret: string;
  readonly verifyTls: boolean;
  /** Before the second, third, … try. */
  readonly pausesMs?: readonly number[];
}

const PAUSES_MS = [1_000, 5_000, 30_000, 120_000, 600_000];
const TIMEOUT_MS = 5_000;
/** Events under way, tries included; when a receiver is down for long, the log still has the rest. */
const MAX_PENDING = 1_000;
const ENDPOINT_ID = 'budget-webhook';

/**
 * Brings events to the operator's own service: signed, tried again with growing pauses, and never in anybody's way. Goes through
 * the same guard against private addresses as calls to upstreams.
 */
export class BudgetWebhook {
  private readonly timers = new Set<NodeJS.Timeout>();
  private pending = 0;

  constructor(
    private readonly client: UpstreamClient,
    private readonly clock: Clock,
    private readonly logger: Logger,
    private readonly options: BudgetWebhookOptions,
  ) {}

  send(event: BudgetEvent): void {
    if (this.pending >= MAX_PENDING) {
      this.logger.error('budget events are lost: the webhook does not take them', 'Limits');
      return;
    }
    this.pending++;
    void this.attempt(event, Buffer.from(JSON.stringify(event)), 0);
  }

  /** No more tries. */
  stop(): void {
    for (const timer of this.timers) clearTimeout(timer);
    this.timers.clear();
  }

  private async attempt(event: BudgetEvent, body: Buffer, tries: number): Promise<void> {
    const { url, secret, verifyTls, pausesMs = PAUSES_MS } = this.options;
    const answer = await fetchAnswer(
      this.client,
      { id: ENDPOINT_ID, verifyTls },
      {
        method: 'POST',
        url,
        headers: {
          'content-type': 'application/json',
          'user-agent': 'llm-gateway',
          'x-gateway-event-id': event.id,
          'x-gateway-signature': signatureOf(body, secret, Math.floor(this.clock.now() / 1000)),
        },
        body,
        timeoutMs: TIMEOUT_MS,
      },
    );
    const wasTaken = 'body' in answer && answer.status < 300;
    const pauseMs = pausesMs[tries];
    if (!wasTaken && pauseMs !== undefined) {
      const timer = setTimeout(() => {
        this.timers.delete(timer);
        void this.attempt(event, body, tries + 1);
      }, pauseMs).unref();
      this.timers.add(timer);
      return;
    }
    this.pending--;
    if (wasTaken) return;
    const reason = 'body' in answer ? `status ${answer.status}` : answer.kind;
    this.logger.error(`budget event ${event.id} was not taken: ${reason}`, 'Limits');
  }
}

/**
 * `t=SECONDS,v1=HEX`: HMAC-SHA-256 over the seconds, a dot and the body. Whoever receives it refuses old seconds, so that an
 * overheard event cannot be sent again later.
 */
export function signatureOf(body: Buffer, secret: string, seconds: number): string {
  const mac = createHmac('sha256', secret).update(`${seconds}.`).update(body).digest('hex');
  return `t=${seconds},v1=${mac}`;
}
