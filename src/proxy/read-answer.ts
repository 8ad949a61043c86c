import { parseObject, type JsonObject } from '../protocols/read-json.js';
import type { TokenUsage } from '../protocols/token-usage.js';
import { MalformedAnswerError } from '../protocols/translation.js';
import type { CarriedAnswer, Refusal } from './carrier.js';

export interface TranslatedAnswer {
  readonly body: unknown;
  readonly usage: TokenUsage | null;
}

/** Reads a whole answer and writes it anew; an error under status 200 and what is no answer are told apart. */
export function readAnswer(
  bytes: Buffer,
  translate: (parsed: JsonObject) => TranslatedAnswer,
  refusalIn: (parsed: JsonObject) => Refusal | null = () => null,
): CarriedAnswer {
  try {
    const parsed = parseObject(bytes.toString('utf8'), 'the answer');
    const refusal = refusalIn(parsed);
    if (refusal) return { ok: false, ...refusal };
    if (parsed['error']) {
      const detail = JSON.stringify(parsed['error']).slice(0, 300);
      return { ok: false, kind: 'server_error', detail };
    }
    const { body, usage } = translate(parsed);
    return { ok: true, body: Buffer.from(JSON.stringify(body)), usage };
  } catch (error) {
    if (!(error instanceof MalformedAnswerError)) throw error;
    return { ok: false, kind: 'malformed', detail: error.message };
  }
}
