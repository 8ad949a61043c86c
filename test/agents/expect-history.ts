import type { History } from './dialects/dialect.js';
import type { AskedTurn, ProviderType } from './scripted-upstream.js';

/** OpenAI's protocol has a role for results, and system turns anywhere. */
export function expectAlternation(provider: ProviderType, roles: readonly string[]): void {
  const spoken = roles.filter((role) => role !== 'system' && role !== 'developer');
  const model = provider === 'gemini' ? 'model' : 'assistant';
  expect(spoken[0]).toBe('user');
  expect(spoken.filter((role) => role === model).length).toBeGreaterThan(0);
  expect(spoken.every((role, index) => role !== spoken[index - 1])).toBe(true);
  expect(spoken.at(-1)).toBe(provider === 'together' ? 'tool' : 'user');
}

/** Each call has one result, under its own id. */
export function expectAnswered({ calls, results }: History): void {
  expect(results.map(({ id }) => id)).toEqual(calls.map(({ id }) => id));
  expect(new Set(calls.map(({ id }) => id)).size).toBe(calls.length);
}

const PROOFS: Readonly<Record<ProviderType, RegExp | null>> = {
  openai: /gAAAAA\d/,
  anthropic: /QW50aHJvcGlj/,
  gemini: /R2VtaW5p/,
  together: null,
};

/** Proofs of thinking go back to who gave them and to nobody else, and never in the gateway's envelope. */
export function expectNoForeignProof({ provider, body }: AskedTurn): void {
  const sent = JSON.stringify(body);
  expect(sent.includes('gw1')).toBe(false);
  for (const [owner, proof] of Object.entries(PROOFS)) {
    if (proof && owner !== provider) expect(proof.exec(sent)).toBeNull();
  }
}

/** Those it gave in this conversation. */
export function expectOwnProofs(provider: ProviderType, { proofs }: History): void {
  const own = PROOFS[provider];
  if (!own) return;
  expect(proofs.length).toBeGreaterThan(0);
  for (const proof of proofs) expect(proof).toMatch(own);
}
