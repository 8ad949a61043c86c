import type { ServerResponse } from 'node:http';
import { json, stream, Upstream, type ReceivedCall } from '../support/upstream.js';
import { anthropicDialect } from './dialects/anthropic.js';
import { chatDialect } from './dialects/chat.js';
import type { Dialect, History, ScriptedAnswer } from './dialects/dialect.js';
import { geminiDialect } from './dialects/gemini.js';
import { responsesDialect } from './dialects/responses.js';

export const DIALECTS = {
  anthropic: anthropicDialect,
  together: chatDialect,
  gemini: geminiDialect,
  openai: responsesDialect,
} as const;

export type ProviderType = keyof typeof DIALECTS;

/** One turn: an answer, or a way to fail. */
export type Step =
  | ScriptedAnswer
  | 'overloaded'
  /** Says these words and then that it failed. */
  | { readonly breaksAfter: string }
  /** Says these words and is gone. */
  | { readonly diesAfter: string };

export interface AskedTurn {
  readonly provider: ProviderType;
  readonly body: Record<string, unknown>;
  readonly history: History;
}

/** Providers of four protocols on one socket, all of the same mind: they follow the script, turn by turn. */
export class ScriptedUpstream {
  readonly asked: AskedTurn[] = [];
  /** What came besides the turns of the conversation. */
  readonly others: ReceivedCall[] = [];
  private script: readonly Step[] = [];
  private turn = 0;

  private constructor(private readonly upstream: Upstream) {
    upstream.otherwise((response, call) => this.answer(response, call));
  }

  static async start(): Promise<ScriptedUpstream> {
    return new ScriptedUpstream(await Upstream.start());
  }

  get url(): string {
    return this.upstream.url;
  }

  /** From now on; the last step is repeated for a client that asks once more. */
  follow(...script: readonly Step[]): void {
    this.script = script;
    this.asked.length = 0;
    this.others.length = 0;
  }

  stop(): Promise<void> {
    return this.upstream.stop();
  }

  private async answer(response: ServerResponse, call: ReceivedCall): Promise<void> {
    const provider = providerOf(call.path);
    if (!provider) {
      this.others.push(call);
      json(response, 404, { error: { message: 'no such path' } });
      return;
    }
    const dialect: Dialect = DIALECTS[provider];
    const body = JSON.parse(call.body.toString('utf8')) as Record<string, unknown>;
    const step = this.script[Math.min(this.asked.length, this.script.length - 1)]!;
    this.asked.push({ provider, body, history: dialect.history(body) });
    // Ids never repeat, as those of the providers do not.
    this.turn += 1;
    if (step === 'overloaded') {
      json(response, dialect.overloaded.status, dialect.overloaded.body);
    } else if (!wantsStream(call.path, body)) {
      json(response, 200, dialect.whole(('text' in step && step.text) || ''));
    } else if ('breaksAfter' in step) {
      await stream(response, dialect.brokenStream(step.breaksAfter));
      response.end();
    } else if ('diesAfter' in step) {
      await stream(response, dialect.brokenStream(step.diesAfter).slice(0, -1), 20);
      response.destroy();
    } else {
      await stream(response, dialect.stream(step, this.turn));
      response.end();
    }
  }
}

function providerOf(path: string): ProviderType | null {
  const [route] = path.split('?');
  if (route === '/v1/messages') return 'anthropic';
  if (route!.endsWith('/chat/completions')) return 'together';
  if (route!.endsWith('/responses')) return 'openai';
  return /:(stream)?generateContent$/i.test(route!) ? 'gemini' : null;
}

function wantsStream(path: string, body: Record<string, unknown>): boolean {
  return body['stream'] === true || path.includes(':streamGenerateContent');
}
