import { parentPort } from 'node:worker_threads';
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { sliceText } from './slice-text.js';

export interface CountRequest {
  readonly id: number;
  readonly texts: readonly string[];
}

export interface CountAnswer {
  readonly id: number;
  readonly tokens: number;
}

/** A prompt may speak of special tokens; here they are text like any other. */
const OPTIONS = { disallowedSpecial: new Set<string>() };

parentPort!.on('message', ({ id, texts }: CountRequest) => {
  let tokens = 0;
  for (const text of texts)
    for (const slice of sliceText(text)) tokens += countTokens(slice, OPTIONS);
  parentPort!.postMessage({ id, tokens } satisfies CountAnswer);
});
