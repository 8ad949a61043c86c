import type { Clock } from '../common/clock.js';
import type { Logger } from '../common/logger.js';
import type { BudgetPeriod } from '../common/usage-limits.js';
import { periodAt } from './budget-period.js';
import type { OwnedBudget } from './key-limits.js';
import type { SpendSource } from './spend-source.js';

interface Entry {
  readonly startsAtMs: number | null;
  readonly nanoUsd: bigint;
  /** Of the period before, as far as it was known. */
  readonly before: Entry | null;
}

export interface SpendBookOptions {
  readonly refreshIntervalMs: number;
  /** What was read longer ago is not enough by itself to decide on money. */
  readonly maxStaleMs: number;
}

/** What each budget had spent when the database was last asked: where counting begins after a start, and what it must not fall behind. */
export class SpendBook {
  private entries = new Map<string, Entry>();
  private budgets: readonly OwnedBudget[] = [];
  private readAt: number | null = null;
  private reading: Promise<void> | null = null;
  private readAgain = false;
  private timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly source: SpendSource,
    private readonly clock: Clock,
    private readonly logger: Logger,
    private readonly options: SpendBookOptions,
  ) {}

  /** Whether the database was asked lately, so that what other instances spent is known too. */
  get isFresh(): boolean {
    return this.readAt !== null && this.clock.monotonic() - this.readAt <= this.options.maxStaleMs;
  }

  /** Nano-USD spent in the period of that moment; undefined while nobody knows. */
  spent({ scope, ownerId, period }: OwnedBudget, wallClockMs: number): bigint | undefined {
    const entry = this.entries.get(nameOf(scope, ownerId, period));
    if (!entry) return undefined;
    const { startsAtMs } = periodAt(period, wallClockMs);
    if (entry.startsAtMs === startsAtMs) return entry.nanoUsd;
    // The period is younger than the answer: whatever is spent in it is counted as it is spent.
    if (entry.startsAtMs! < startsAtMs!) return 0n;
    // Somebody came before midnight and is asked about behind it.
    return entry.before?.startsAtMs === startsAtMs ? entry.before.nanoUsd : undefined;
  }

  /** Replaces the budgets there are, and asks for what they have spent. */
  watch(budgets: readonly OwnedBudget[]): void {
    this.budgets = budgets;
    if (budgets.length === 0) {
      this.stop();
      this.entries.clear();
      return;
    }
    this.timer ??= setInterval(() => void this.refresh(), this.options.refreshIntervalMs).unref();
    void this.refresh();
  }

  /** Asks the database, once more when it is being asked already. Never throws. */
  refresh(): Promise<void> {
    if (this.reading) this.readAgain = true;
    this.reading ??= this.readUntilCurrent().finally(() => (this.reading = null));
    return this.reading;
  }

  stop(): void {
    if (this.timer) clearInterval(this.timer);
    this.timer = null;
  }

  private async readUntilCurrent(): Promise<void> {
    do {
      this.readAgain = false;
      try {
        this.entries = await this.read(this.budgets, this.clock.now());
        this.readAt = this.clock.monotonic();
      } catch (error) {
        this.logger.warn('what budgets have spent could not be read', 'Limits', error as Error);
      }
    } while (this.readAgain);
  }

  private async read(
    budgets: readonly OwnedBudget[],
    wallClockMs: number,
  ): Promise<Map<string, Entry>> {
    const groups = Map.groupBy(budgets, ({ scope, period }) => `${scope} ${period}`);
    const entries = new Map<string, Entry>();
    for (const group of groups.values()) {
      const { scope, period } = group[0]!;
      const ids = [...new Set(group.map(({ ownerId }) => ownerId))];
      const { startsAtMs } = periodAt(period, wallClockMs);
      const spent = await this.source.spentSince(scope, ids, startsAtMs);
      for (const id of ids) {
        const name = nameOf(scope, id, period);
        const before = endedBefore(startsAtMs, this.entries.get(name));
        entries.set(name, { startsAtMs, nanoUsd: spent.get(id) ?? 0n, before });
      }
    }
    return entries;
  }
}

function nameOf(scope: string, ownerId: string, period: BudgetPeriod): string {
  return `${scope} ${ownerId} ${period}`;
}

/** What is still known of the period before the one that began at `startsAtMs`. */
function endedBefore(startsAtMs: number | null, last: Entry | undefined): Entry | null {
  if (!last || last.startsAtMs === startsAtMs) return last?.before ?? null;
  return { ...last, before: null };
}
