/**
 * Gemini's version as a number (2.5, 3.1), which decides what a model understands; 0 for what is no Gemini (Gemma, LearnLM).
 * An alias such as `gemini-flash-latest` means the newest.
 */
export function modelGeneration(model: string): number {
  const version = /(?:^|\/)gemini-(\d+(?:\.\d+)?)(?![\d.])/.exec(model)?.[1];
  if (version !== undefined) return Number(version);
  return /(?:^|\/)gemini-.*latest/.test(model) ? 3 : 0;
}

/** Pro models cannot stop thinking altogether. */
export function isProModel(model: string): boolean {
  return /-pro(?![a-z])/.test(model);
}
