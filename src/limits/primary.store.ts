import type { Channel } from '../common/channel.js';
import type { Claim, LimitState } from './limit.js';
import type { Charge, LimitStore, Usage, Verdict } from './limit-store.js';
import { CHARGE, limitState, LOOK, RESERVE, SETTLE, type DeskState } from './limit-topics.js';

/** Counts in the process that all workers of the gateway have in common. */
export class PrimaryStore implements LimitStore {
  readonly isWhole = true;
  private readonly listeners: ((charge: Charge) => void)[] = [];

  constructor(private readonly primary: Pick<Channel, 'ask' | 'tell' | 'tellLater' | 'on'>) {
    primary.on(CHARGE, (charge) => {
      for (const listener of this.listeners) listener(charge);
    });
  }

  async reserve(claims: readonly Claim[]): Promise<Verdict> {
    // Nobody needs to be asked about nothing.
    if (claims.length === 0) return { states: [], reservation: UNLIMITED };
    const { states: told, lease } = await this.primary.ask(RESERVE, claims);
    const states = statesOf(claims, told);
    if (lease === null) return { states, reservation: null };
    const isPatient = claims.every(countsAsTaken);
    const settle = (usage: Usage | null): void => {
      if (isPatient && usage !== null) this.primary.tellLater(SETTLE, { lease, usage });
      else this.primary.tell(SETTLE, { lease, usage });
    };
    return { states, reservation: { settle } };
  }

  async look(claims: readonly Claim[]): Promise<readonly LimitState[]> {
    return statesOf(claims, await this.primary.ask(LOOK, claims));
  }

  onCharge(listener: (charge: Charge) => void): void {
    this.listeners.push(listener);
  }
}

/** What a call turns out to use changes nothing about it, so that nobody waits to hear of its end. */
function countsAsTaken({ limit }: Claim): boolean {
  return limit.kind === 'rate' || limit.kind === 'requests';
}

const UNLIMITED = { settle: (): void => {} };

function statesOf(claims: readonly Claim[], told: readonly DeskState[]): LimitState[] {
  return claims.map(({ limit }, index) => limitState(limit, told[index]!));
}
