/** How much one observation moves the factor. */
const WEIGHT = 0.2;
/** An observation outside of this is a cache, an image or a mistake, and says nothing about the tokeniser. */
const PLAUSIBLE = { min: 0.5, max: 3 };
/** Shorter prompts are mostly wrapping. */
const MIN_TOKENS = 50;
/** Model names may come from clients. */
const MAX_MODELS = 1_000;

/** What models are known to need against o200k_base before anything was observed: Claude's tokenisers count more. */
const KNOWN: readonly (readonly [RegExp, number])[] = [[/^claude/, 1.15]];

/** Learns from providers' own counts by how much each model's tokeniser differs from the one that is used to estimate. */
export class TokenFactors {
  private readonly factors = new Map<string, number>();

  /** @param estimated tokens by the estimate's own tokeniser, without any factor */
  observe(model: string, estimated: number, counted: number): void {
    if (estimated < MIN_TOKENS) return;
    const ratio = counted / estimated;
    if (ratio < PLAUSIBLE.min || ratio > PLAUSIBLE.max) return;
    if (!this.factors.has(model) && this.factors.size >= MAX_MODELS) return;
    const before = this.factors.get(model);
    this.factors.set(model, before === undefined ? ratio : before + WEIGHT * (ratio - before));
  }

  factorFor(model: string): number {
    const learned = this.factors.get(model);
    return learned ?? KNOWN.find(([pattern]) => pattern.test(model))?.[1] ?? 1;
  }
}
