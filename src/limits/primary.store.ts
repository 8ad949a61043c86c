import type { Channel } from '../common/channel.js';
import type { Claim, LimitState } from './limit.js';
import type { Charge, LimitStore, Usage, Verdict } from './limit-store.js';
import { CHARGE, LOOK, RESERVE, SETTLE } from './limit-topics.js';

/** Counts in the process that all workers of the gateway have in common. */
export class PrimaryStore implements LimitStore {
  readonly isWhole = true;
  private readonly listeners: ((charge: Charge) => void)[] = [];

  constructor(private readonly primary: Pick<Channel, 'ask' | 'tell' | 'on'>) {
    primary.on(CHARGE, (charge) => {
      for (const listener of this.listeners) listener(charge);
    });
  }

  async reserve(claims: readonly Claim[]): Promise<Verdict> {
    // Nobody needs to be asked about nothing.
    if (claims.length === 0) return { states: [], reservation: UNLIMITED };
    const { states, lease } = await this.primary.ask(RESERVE, claims);
    if (lease === null) return { states, reservation: null };
    const settle = (usage: Usage | null): void => this.primary.tell(SETTLE, { lease, usage });
    return { states, reservation: { settle } };
  }

  look(claims: readonly Claim[]): Promise<readonly LimitState[]> {
    return this.primary.ask(LOOK, claims);
  }

  onCharge(listener: (charge: Charge) => void): void {
    this.listeners.push(listener);
  }
}

const UNLIMITED = { settle: (): void => {} };
