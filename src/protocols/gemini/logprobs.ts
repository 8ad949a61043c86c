import { isObject, objectList, type JsonObject } from '../read-json.js';

interface TokenLogprob {
  token: string;
  logprob: number;
  bytes: number[];
}

/** OpenAI's form of `logprobs` from Gemini's `logprobsResult`; null when it names no token. */
export function readLogprobs(result: JsonObject): unknown {
  const chosen = objectList(result['chosenCandidates'], 'chosenCandidates');
  const top = objectList(result['topCandidates'], 'topCandidates');
  if (chosen.length === 0) return null;
  const content = chosen.map((candidate, position) => ({
    ...tokenOf(candidate),
    top_logprobs: alternativesAt(top[position]),
  }));
  return { content, refusal: null };
}

function alternativesAt(step: JsonObject | undefined): TokenLogprob[] {
  const candidates = step?.['candidates'];
  return Array.isArray(candidates) ? candidates.filter(isObject).map(tokenOf) : [];
}

function tokenOf({ token, logProbability }: JsonObject): TokenLogprob {
  const text = typeof token === 'string' ? token : '';
  return {
    token: text,
    // proto3 leaves a probability of 1 (its logarithm is 0) out.
    logprob: typeof logProbability === 'number' ? logProbability : 0,
    bytes: [...Buffer.from(text)],
  };
}
