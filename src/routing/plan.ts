import type { CatalogAccount } from '../catalog/catalog.js';
import type { Candidate } from './candidate.js';
import { exclusionOf, type Exclusion } from './exclusion.js';
import type { Lease } from './lease.js';
import { MAX_LISTED, type Pool } from './pool.js';
import type { Accepts, RoutingRequest, RoutingStrategy } from './strategies/routing-strategy.js';

/** One model that the request may be served with: its own, or one it falls back to. */
export interface Stage {
  readonly request: RoutingRequest;
  readonly pool: Pool;
  readonly strategy: RoutingStrategy;
}

/** A candidate, and the request as it is for its model. */
export interface Choice {
  readonly candidate: Candidate;
  readonly request: RoutingRequest;
}

export interface PlanOptions {
  /** In the order they are tried. At least one. */
  readonly stages: readonly Stage[];
  /** Whether a candidate can be asked this at all, at any time. */
  readonly canServe: Accepts;
  /** Claims the candidate; null where somebody else was faster. */
  readonly claim: (choice: Choice & { isRepeat: boolean }) => Lease | null;
  /** Milliseconds until an account that has limits of its own may take the request; 0: now. */
  readonly fullForMs: (account: CatalogAccount, request: RoutingRequest) => number;
  /** Monotonic milliseconds. */
  readonly now: () => number;
}

/** What was known when the request was planned; kept in its usage record. */
export interface Decision {
  readonly strategy: string;
  /** The models it may be served with, its own first. */
  readonly models: readonly string[];
  /** Names of the accounts of all these models, as far as they are worth listing. */
  readonly candidates: readonly string[];
  readonly excluded: readonly Exclusion[];
}

/** Whom one request may ask, in what order. Picks lazily: most requests need one account only. */
export class Plan {
  private readonly tried: Candidate[] = [];
  private readonly preferred: ReadonlySet<string> | null;
  private readonly excluded: ReadonlySet<string> | null;
  readonly decision: Decision;
  private now: number;
  private upcoming: Choice | undefined;

  constructor(private readonly options: PlanOptions) {
    const { preferences } = options.stages[0]!.request;
    this.preferred = asSet(preferences?.preferredProviders);
    this.excluded = asSet(preferences?.excludedProviders);
    this.now = options.now();
    this.decision = this.describe();
  }

  /** Whether there is anybody to ask. Picks the first one, which strategies remember. */
  get isPossible(): boolean {
    this.upcoming ??= this.pick();
    return this.upcoming !== undefined;
  }

  /** Whom `next` will claim first, unless things change before; undefined: nobody, or not picked yet. */
  get firstChoice(): Candidate | undefined {
    return this.upcoming?.candidate;
  }

  /** Its models, in the order in which they are tried. */
  get stages(): readonly Stage[] {
    return this.options.stages;
  }

  /** Of the model asked for, whoever may be asked now. */
  openCandidates(): Candidate[] {
    return this.options.stages[0]!.pool.candidates.filter((candidate) => this.isOpen(candidate));
  }

  /** Claims the next account to ask; undefined when nobody is left. */
  next(): Lease | undefined {
    this.now = this.options.now();
    let choice = this.upcoming;
    this.upcoming = undefined;
    if (!choice || !this.isOpen(choice.candidate)) choice = this.pick();
    while (choice) {
      this.tried.push(choice.candidate);
      const lease = this.options.claim({ ...choice, isRepeat: false });
      if (lease) return lease;
      choice = this.pick();
    }
    return undefined;
  }

  /** Claims the account of a lease that has ended once more; undefined where it may not be asked now. */
  again({ candidate, request }: Lease): Lease | undefined {
    this.now = this.options.now();
    if (candidate.state.waitMs(this.now) > 0 || this.fullForMs(candidate) > 0) return undefined;
    return this.options.claim({ candidate, request, isRepeat: true }) ?? undefined;
  }

  /** Why nobody, or not everybody, may be asked. */
  exclusions(): readonly Exclusion[] {
    return this.options.stages.flatMap(({ pool }) => this.exclusionsAmong(pool.candidates));
  }

  private describe(): Decision {
    const { stages } = this.options;
    const [own, ...fallbacks] = stages;
    return {
      strategy: own!.strategy.name,
      models: stages.map(({ request }) => request.model),
      candidates: fallbacks.length
        ? [...new Set(stages.flatMap(({ pool }) => pool.names))]
        : own!.pool.names,
      excluded: stages.flatMap(({ pool }) =>
        this.exclusionsAmong(pool.candidates.slice(0, MAX_LISTED)),
      ),
    };
  }

  private exclusionsAmong(candidates: readonly Candidate[]): Exclusion[] {
    return candidates.flatMap((candidate) => this.exclusionOf(candidate) ?? []);
  }

  /** Why a candidate may not be asked; null when it may. */
  exclusionOf(candidate: Candidate): Exclusion | null {
    return exclusionOf(candidate, {
      now: this.now,
      canServe: this.options.canServe(candidate),
      isExcluded: this.isExcluded(candidate),
      fullForMs: this.fullForMs(candidate),
    });
  }

  /** Preferred providers before others, overloaded ones behind them; within that, models and priorities in their order. */
  private pick(): Choice | undefined {
    // Functions of this call only: as properties they would be made in V8's old generation, and keep the call alive there.
    const isUndeferred: Accepts = (candidate) => this.isUndeferred(candidate);
    const passes = [isUndeferred, (candidate: Candidate) => this.isOpen(candidate)];
    if (this.preferred) passes.unshift((candidate) => this.isPreferred(candidate));
    for (const { pool, strategy, request } of this.options.stages) {
      for (const accepts of passes) {
        for (const picker of pool.pickersOf(strategy)) {
          const candidate = picker.pick(request, accepts);
          if (candidate) return { candidate, request };
        }
      }
    }
    return undefined;
  }

  private isOpen(candidate: Candidate): boolean {
    return (
      candidate.state.waitMs(this.now) === 0 &&
      !this.tried.includes(candidate) &&
      !this.isExcluded(candidate) &&
      this.fullForMs(candidate) === 0 &&
      this.options.canServe(candidate)
    );
  }

  private isUndeferred(candidate: Candidate): boolean {
    const { provider } = candidate.state.account;
    return provider.remainingMs(this.now) === 0 && this.isOpen(candidate);
  }

  private isPreferred(candidate: Candidate): boolean {
    return this.preferred!.has(candidate.account.adapter.provider) && this.isUndeferred(candidate);
  }

  private fullForMs({ account }: Candidate): number {
    return account.limits ? this.options.fullForMs(account, this.options.stages[0]!.request) : 0;
  }

  private isExcluded({ account }: Candidate): boolean {
    return this.excluded?.has(account.adapter.provider) ?? false;
  }
}

function asSet(names: readonly string[] | undefined): ReadonlySet<string> | null {
  return names?.length ? new Set(names) : null;
}
