import type { Sampling } from '../conversation.js';
import type { AnthropicModel } from './models.js';
import type { JsonObject } from './shape-reader.js';

export interface WrittenSampling {
  readonly parameters: JsonObject;
  /** Names of ConversationRequest's sampling that had no place. */
  readonly dropped: string[];
}

/** With thinking the API takes no lower top_p than this, and neither temperature nor top_k. */
const MIN_THINKING_TOP_P = 0.95;

/** Temperatures end at 1 here: a higher one becomes 1. */
export function writeSampling(
  sampling: Sampling,
  model: AnthropicModel,
  thinks: boolean,
): WrittenSampling {
  const { temperature, topP, topK } = sampling;
  const isFixed = model.sampling === 'fixed';
  const keepsTemperature = temperature !== null && !isFixed && !thinks;
  const keepsTopP =
    topP !== null &&
    !isFixed &&
    (!thinks || topP >= MIN_THINKING_TOP_P) &&
    !(model.sampling === 'one' && keepsTemperature);
  const keepsTopK = topK !== null && !isFixed && !thinks;
  // White space alone is refused.
  const stop = sampling.stop.filter((text) => text.trim() !== '');
  const lost: [name: string, isLost: boolean][] = [
    ['temperature', temperature !== null && !keepsTemperature && temperature !== 1],
    ['topP', topP !== null && !keepsTopP && topP !== 1],
    ['topK', topK !== null && !keepsTopK],
    ['frequencyPenalty', Boolean(sampling.frequencyPenalty)],
    ['presencePenalty', Boolean(sampling.presencePenalty)],
    ['seed', sampling.seed !== null],
    ['stop', stop.length < sampling.stop.length],
  ];
  return {
    parameters: {
      ...(keepsTemperature && { temperature: Math.min(Math.max(temperature, 0), 1) }),
      ...(keepsTopP && { top_p: topP }),
      ...(keepsTopK && { top_k: topK }),
      ...(stop.length > 0 && { stop_sequences: stop }),
    },
    dropped: lost.filter(([, isLost]) => isLost).map(([name]) => name),
  };
}
