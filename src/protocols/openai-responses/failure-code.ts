/** Codes that clients act upon: Codex compacts, gives up or waits; every other failure is simply tried again. */
const CODES: readonly (readonly [code: string, words: readonly string[]])[] = [
  ['context_length_exceeded', ['context_length_exceeded', 'exceed_context_size_error']],
  ['insufficient_quota', ['insufficient_quota', 'billing_error']],
  [
    'rate_limit_exceeded',
    ['rate_limit_exceeded', 'rate_limit_error', 'resource_exhausted', 'too_many_requests', '429'],
  ],
];

/** OpenAI's code for what a provider calls its failure, by the provider's words in lower case. */
export function failureCode(words: readonly string[]): string {
  const known = CODES.find(([, synonyms]) => synonyms.some((synonym) => words.includes(synonym)));
  return known?.[0] ?? 'server_error';
}
