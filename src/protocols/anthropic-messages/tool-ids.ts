/**
 * Tool ids as Anthropic accepts them (`^[a-zA-Z0-9_-]+$`, each once in a conversation), the same for a call and its result.
 * Other providers write dots and colons into theirs, and some use one id for several calls.
 */
export class ToolIds {
  private readonly used = new Set<string>();
  private readonly lastCount = new Map<string, number>();
  private readonly unanswered = new Map<string, string[]>();

  /** The id of a call; a new one each time. */
  call(id: string): string {
    const base = id.replaceAll(/[^a-zA-Z0-9_-]/g, '_') || 'call';
    let unique = base;
    let count = this.lastCount.get(base) ?? 1;
    while (this.used.has(unique)) unique = `${base}_${++count}`;
    this.lastCount.set(base, count);
    this.used.add(unique);
    const waiting = this.unanswered.get(id);
    if (waiting) waiting.push(unique);
    else this.unanswered.set(id, [unique]);
    return unique;
  }

  /** The id of the first call of that name which has no result yet; null when there is none. */
  result(id: string): string | null {
    return this.unanswered.get(id)?.shift() ?? null;
  }

  /** The calls still without a result, which are then taken for answered. */
  takeUnanswered(): string[] {
    const ids = [...this.unanswered.values()].flat();
    this.unanswered.clear();
    return ids;
  }
}
